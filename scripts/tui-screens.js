// Writes docs/tui.md and docs/tui.svg: what llmd tui shows of a real daemon, seen through tmux.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { screenToSvg } from './screen-to-svg.js'

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
const size = { width: 100, height: 28 }

const llmd = (...args) => execFileSync(process.execPath, [program, ...args], { env, encoding: 'utf8' })
const tmux = (...args) => execFileSync('tmux', ['-L', server, ...args], { encoding: 'utf8' })

/** What the terminal shows once it shows that, within so many seconds. */
async function screen(wanted, { seconds = 10 } = {}) {
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    const text = tmux('capture-pane', '-p')
    if (wanted.test(text)) return text.trimEnd().replaceAll(home, '/home/ada/llmd')
    await delay(50)
  }
  throw new Error(`It never showed ${wanted}:\n${tmux('capture-pane', '-p')}`)
}

/** Several conversations at once, now more and now fewer, until the signal is aborted. */
function talk(url, key, signal) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const ask = async (model, words) => {
    const messages = [{ role: 'user', content: 'Tell me a story' }]
    const body = JSON.stringify({ model, messages, max_tokens: words, stream: true, temperature: 1.4 })
    const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body, signal })
    await answer.text()
  }
  const client = async (number) => {
    for (let turn = 0; !signal.aborted; turn += 1) {
      const model = ['llmd-demo', 'storyteller', 'best'][(number + turn) % 3]
      await ask(model, 40 + ((turn * 97) % 400)).catch(() => {})
      await delay(150 + 900 * Math.abs(Math.sin(turn / 9 + number))).catch(() => {})
    }
  }
  for (let number = 0; number < 4; number += 1) void client(number)
  void ask('meta/llama-4', 1).catch(() => {})
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

/** An answer of some seconds. */
async function write(url, key, signal) {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const asked = { model: 'storyteller', prompt: 'Once', max_tokens: 4000, ignore_eos: true, temperature: 1.4 }
  const body = JSON.stringify({ ...asked, stream: true })
  const answer = await fetch(`${url}/v1/completions`, { method: 'POST', headers, body, signal })
  await answer.text()
}

async function takePictures() {
  llmd('start', '--port', '0')
  const { key: token } = JSON.parse(llmd('tokens', 'create', 'laptop', '--json'))
  llmd('tokens', 'create', 'ci', '--expires', '90d')
  const provider = ['--preset', 'openrouter', '--model', 'meta/llama-4', '--key-env', 'A_KEY', '--no-verify']
  llmd('providers', 'add', 'openrouter', ...provider)
  llmd('models', 'add', 'best', '--target', 'llmd-demo', '--target', 'meta/llama-4')
  llmd('models', 'copy', 'llmd-demo', 'storyteller')
  for (const name of ['llmd-demo', 'storyteller']) llmd('models', 'load', name)
  const { listeners } = JSON.parse(llmd('status', '--json'))
  const url = listeners.find((listener) => listener.startsWith('http'))
  const command = `exec "${process.execPath}" "${program}" tui`
  const area = ['-x', String(size.width), '-y', String(size.height)]
  execFileSync('tmux', ['-L', server, '-f', '/dev/null', '-u', 'new-session', '-d', ...area, command], {
    env,
  })
  await screen(/Requests\/s/)
  const over = new AbortController()
  talk(url, token, over.signal)
  try {
    await screen(/peak \d{3,}[^]*served \d{2,}/, { seconds: 30 })
    const pictures = []
    for (const [title, key, wanted] of tabs) {
      tmux('send-keys', key)
      pictures.push([title, key, await screen(wanted)])
    }
    tmux('send-keys', '2', 'a')
    pictures.push(['A form', 'a', await screen(/Add a model/)])
    tmux('send-keys', 'Escape')
    await screen(/a Add/)
    tmux('send-keys', '1')
    // Until there is something in the graphs.
    await screen(/up 1m 3\ds/, { seconds: 100 })
    for (let number = 0; number < 3; number += 1) void write(url, token, over.signal).catch(() => {})
    await screen(/slots +█+░* [2-4] of 4[^]*open [2-9]/)
    return { pictures, coloured: tmux('capture-pane', '-e', '-N', '-p') }
  } finally {
    over.abort()
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
  const { pictures, coloured } = await takePictures()
  writeFileSync(join(root, 'docs/tui.md'), page(pictures))
  writeFileSync(join(root, 'docs/tui.svg'), screenToSvg(coloured, { title: 'llmd tui', ...size }))
} finally {
  try {
    tmux('kill-server')
  } catch {
    // It never started.
  }
  llmd('stop')
  rmSync(home, { recursive: true, force: true })
}
