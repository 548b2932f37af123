// Writes docs/cli.md from oclif.manifest.json, so that the reference says what --help says.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { commands } = JSON.parse(readFileSync(`${root}/oclif.manifest.json`, 'utf8'))

const nameOf = (command) => `llmd ${command.id.replaceAll(':', ' ')}`

const paragraph = (text) => text.replaceAll('\n', ' ')

/** Cells of a Markdown table end at a bar. */
const cell = (text) => paragraph(text).replaceAll('|', '\\|')

function usage(command) {
  if (command.usage) return [command.usage].flat().map((line) => `llmd ${line}`)
  const args = Object.values(command.args).map(({ name, required, multiple }) => {
    const shown = multiple ? `${name.toUpperCase()}...` : name.toUpperCase()
    return required ? shown : `[${shown}]`
  })
  return [[nameOf(command), ...args, '[FLAGS]'].join(' ')]
}

function flagRow({ name, char, type, summary, description, helpValue, options, multiple, default: preset }) {
  const value = type === 'boolean' ? '' : ` ${options?.join('|') ?? helpValue ?? 'VALUE'}`
  const names = [`--${name}${value}`, ...(char ? [`-${char}`] : [])]
  const said = summary ?? `${description}`
  const notes = [
    multiple && !said.includes('several times') && 'Can be given several times.',
    preset !== undefined && `Default: ${preset}.`,
  ]
  const extra = notes.filter(Boolean)
  return `| ${names.map((text) => `\`${cell(text)}\``).join(', ')} | ${cell([said, ...extra].join(' '))} |`
}

function table(heading, rows) {
  return rows.length === 0 ? [] : [`| ${heading} | |`, '|---|---|', ...rows, '']
}

function section(command) {
  const { summary, description, args, flags, examples } = command
  const shown = Object.values(flags)
    .filter(({ hidden }) => !hidden)
    .toSorted((a, b) => Number(a.helpGroup === 'GLOBAL') - Number(b.helpGroup === 'GLOBAL'))
  const lines = examples.map((example) =>
    example
      .replaceAll('<%= config.bin %>', 'llmd')
      .replaceAll('<%= command.id %>', command.id.replaceAll(':', ' ')),
  )
  return [
    `## ${nameOf(command)}`,
    '',
    paragraph([summary, description].filter(Boolean).join(' ')),
    '',
    '```',
    ...usage(command),
    '```',
    '',
    ...table(
      'Argument',
      Object.values(args).map((arg) => `| \`${arg.name.toUpperCase()}\` | ${cell(arg.description)} |`),
    ),
    ...table('Flag', shown.map(flagRow)),
    '```sh',
    ...lines,
    '```',
    '',
  ]
}

const visible = Object.values(commands)
  .filter(({ hidden }) => !hidden)
  .toSorted((a, b) => (a.id < b.id ? -1 : 1))

const page = [
  '# Commands',
  '',
  'Written by `npm run build` from the commands themselves. `llmd COMMAND --help` says the same.',
  'With `--json`, those that ask the daemon print what [management](api.md#management) answers.',
  '',
  ...visible.map(
    (command) => `- [${nameOf(command)}](#${nameOf(command).replaceAll(' ', '-')}): ${command.summary}`,
  ),
  '',
  ...visible.flatMap(section),
]
writeFileSync(process.argv[2] ?? `${root}/docs/cli.md`, `${page.join('\n').trimEnd()}\n`)
