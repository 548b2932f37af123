// Writes docs/tui.md: what llmd tui shows of a real daemon, seen through tmux.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const program = join(root, 'bin/run.js')
const home = mkdtempSync(join(tmpdir(), 'llmd-screens-'))
const env = {
  ...process.env,
  LLMD_HOME: home,
  LLMD_SECRETS_HOME: 'file',
  LANG: 'C.UTF-8',
  A_KEY: 'sk-or-v1-0',
}
const server = `llmd-screens-${process.pid}`

const llmd = (...args) => execFileSync(process.execPath, [program, ...args], { env, encoding: 'utf8' })
const tmux = (...args) => execFileSync('tmux', ['-L', server, ...args], { encoding: 'utf8' })

/** What the terminal shows once it shows that. */
async function screen(wanted) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const text = tmux('capture-pane', '-p')
    if (wanted.test(text)) return text.trimEnd().replaceAll(home, '/home/ada/llmd')
    await delay(50)
  }
  throw new Error(`It never showed ${wanted}:\n${tmux('capture-pane', '-p')}`)
}

/** Several conversations at once, for as long as pictures are taken. */
function talk() {
  return Array.from({ length: 3 }, () =>
    spawn(
      'sh',
      ['-c', `while :; do "${process.execPath}" "${program}" run llmd-demo "Tell me a story"; done`],
      {
        env,
        stdio: 'ignore',
        detached: true,
      },
    ),
  )
}

const tabs = [
  ['Overview', '1', /llmd-demo .*tok\/s/],
  ['Models', '2', /llmd-demo +local/],
  ['Requests', '3', /✓ 200/],
  ['Logs', '4', /FOLLOWING +\d+ lines[^]*request/],
  ['Tokens', '5', /laptop/],
  ['Providers', '6', /openrouter/],
  ['Aliases', '7', /best/],
  ['Downloads', '8', /Nothing was downloaded/],
  ['Usage', '9', /The last \d+ days[^]*█/],
  ['Help', '?', /Everywhere/],
]

async function takePictures() {
  llmd('start', '--port', '0')
  llmd('tokens', 'create', 'laptop')
  llmd('tokens', 'create', 'ci', '--expires', '90d')
  const provider = ['--preset', 'openrouter', '--model', 'meta/llama-4', '--key-env', 'A_KEY', '--no-verify']
  llmd('providers', 'add', 'openrouter', ...provider)
  llmd('models', 'add', 'best', '--target', 'llmd-demo', '--target', 'meta/llama-4')
  llmd('models', 'load', 'llmd-demo')
  const command = `exec "${process.execPath}" "${program}" tui`
  const size = ['-x', '100', '-y', '28']
  execFileSync('tmux', ['-L', server, '-f', '/dev/null', '-u', 'new-session', '-d', ...size, command], {
    env,
  })
  await screen(/Requests\/s/)
  const talking = talk()
  try {
    await screen(/Tokens.*peak \d{3,}/)
    const pictures = []
    for (const [title, key, wanted] of tabs) {
      tmux('send-keys', key)
      pictures.push([title, key, await screen(wanted)])
    }
    tmux('send-keys', '2', 'a')
    pictures.push(['A form', 'a', await screen(/Add a model/)])
    return pictures
  } finally {
    for (const { pid } of talking) process.kill(-pid, 'SIGKILL')
  }
}

function page(pictures) {
  const sections = pictures.map(
    ([title, key, text]) => `## ${title}: \`${key}\`\n\n\`\`\`text\n${text}\n\`\`\`\n`,
  )
  return `# llmd tui

\`llmd tui\`, or \`llmd top\`, shows a daemon while it works, and manages it: the one on this machine, or with \`--host\` and
\`--token\` another. It needs a terminal of 60 columns and 20 rows. The bottom line says what can be done; \`?\` shows all
keys, \`:\` takes commands as \`:load NAME\`. The mouse works too. \`NO_COLOR\` turns colours off. When the daemon goes it says
so, and goes on once there is one.

These are pictures of a real run, made by \`scripts/tui-screens.js\`.

${sections.join('\n')}`
}

try {
  writeFileSync(join(root, 'docs/tui.md'), page(await takePictures()))
} finally {
  try {
    tmux('kill-server')
  } catch {
    // It never started.
  }
  llmd('stop')
  rmSync(home, { recursive: true, force: true })
}
