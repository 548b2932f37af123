import { defineConfig, type OxlintOverride } from 'oxlint'

interface Room {
  imports: string[]
  packages: string[]
}

/**
 * The dependency rule: which rooms of src/ a room may import from, and which packages it alone may use.
 * `errors.ts`, `log.ts`, `secret.ts` and `live-set.ts` are open to all. docs/architecture.md explains the picture.
 */
const rooms: Record<string, Room> = {
  chat: { imports: [], packages: [] },
  formats: { imports: ['chat'], packages: ['zod'] },
  api: { imports: [], packages: ['zod'] },
  catalog: { imports: ['api', 'inference', 'storage'], packages: [] },
  routing: { imports: ['chat'], packages: [] },
  inference: { imports: ['chat'], packages: ['zod', 'node-llama-cpp', '@huggingface/jinja'] },
  providers: { imports: ['addresses', 'api', 'chat', 'secrets', 'storage'], packages: ['undici', 'zod'] },
  downloads: { imports: ['addresses', 'api', 'storage'], packages: ['undici', 'zod'] },
  deployments: { imports: ['access', 'api', 'storage'], packages: [] },
  mcp: {
    imports: ['addresses', 'api', 'secrets', 'storage'],
    packages: ['undici', '@modelcontextprotocol/client'],
  },
  access: { imports: ['api', 'chat', 'storage'], packages: [] },
  issuers: { imports: ['access', 'addresses', 'api', 'storage'], packages: ['jose', 'undici', 'zod'] },
  prices: { imports: ['api', 'chat', 'storage'], packages: [] },
  secrets: { imports: ['api', 'storage'], packages: ['keytar'] },
  usage: { imports: ['chat', 'storage'], packages: [] },
  events: { imports: ['api'], packages: [] },
  logs: { imports: ['api'], packages: [] },
  metrics: { imports: ['api'], packages: ['prom-client'] },
  traces: { imports: ['api'], packages: [] },
  storage: { imports: [], packages: ['better-sqlite3', 'kysely'] },
  config: { imports: [], packages: ['conf', 'zod'] },
  addresses: { imports: [], packages: [] },
  backup: { imports: ['storage'], packages: [] },
  doctor: { imports: ['api', 'config'], packages: [] },
  http: {
    imports: [
      'access',
      'api',
      'backup',
      'catalog',
      'chat',
      'deployments',
      'doctor',
      'downloads',
      'events',
      'formats',
      'issuers',
      'logs',
      'mcp',
      'prices',
      'providers',
      'routing',
      'secrets',
      'traces',
      'usage',
    ],
    packages: ['hono', '@hono/node-server', 'zod'],
  },
  // The second composition root: what the daemon does with http, for whom it forwards.
  front: {
    imports: [
      'access',
      'api',
      'catalog',
      'events',
      'http',
      'logs',
      'providers',
      'routing',
      'traces',
      'usage',
    ],
    packages: ['zod'],
  },
  // Parts of the composition root: they wire what all the others are.
  daemon: {
    imports: [
      'access',
      'api',
      'backup',
      'catalog',
      'config',
      'deployments',
      'doctor',
      'downloads',
      'events',
      'formats',
      'front',
      'http',
      'inference',
      'issuers',
      'logs',
      'mcp',
      'metrics',
      'prices',
      'providers',
      'routing',
      'secrets',
      'storage',
      'traces',
      'usage',
    ],
    packages: [],
  },
  service: { imports: [], packages: [] },
  // Of config only the paths, which are types and names of files; of the logs what is in their files.
  client: { imports: ['api', 'config', 'logs'], packages: [] },
  cli: { imports: ['api', 'client', 'config', 'doctor', 'service'], packages: ['@oclif/core'] },
  // Of cli only what makes text safe, measures and formats it, and follows the log.
  tui: { imports: ['api', 'cli', 'client'], packages: ['blessed', 'zod'] },
}

const packages = [...new Set(Object.values(rooms).flatMap((room) => room.packages))]

const anyOf = (names: string[]) => names.map((name) => name.replaceAll('.', '\\.')).join('|')

const openToCommands = new Set(['api', 'cli', 'client', 'config', 'service', 'tui'])
const closedToCommands = [...Object.keys(rooms), 'daemon.ts'].filter((room) => !openToCommands.has(room))
const closedPackagesToCommands = packages.filter((name) => !rooms['cli']?.packages.includes(name))

function boundary(room: string, allowed: Room) {
  const closedRooms = [...Object.keys(rooms), 'daemon.ts', 'commands'].filter(
    (other) => other !== room && !allowed.imports.includes(other),
  )
  const closedPackages = packages.filter((name) => !allowed.packages.includes(name))
  return {
    files: [`src/${room}/**`],
    rules: restrict([
      {
        regex: `^(\\.\\./)+(src/)?(${anyOf(closedRooms)})(/|$)`,
        message: `src/${room} may import only from: ${allowed.imports.join(', ') || 'errors and log'}.`,
      },
      {
        regex: `^(${anyOf(closedPackages)})(/|$)`,
        message: `src/${room} does not own this package: docs/architecture.md says which room does.`,
      },
    ]),
  }
}

function restrict(patterns: { regex: string; message: string }[]): NonNullable<OxlintOverride['rules']> {
  return { 'no-restricted-imports': ['error', { patterns }] }
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  options: { typeAware: true },
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'unicorn/no-process-exit': 'error',
    'no-console': 'error',
    // Steps that must follow one another are awaited one by one.
    'no-await-in-loop': 'off',
  },
  overrides: [
    ...Object.entries(rooms).map(([room, allowed]) => boundary(room, allowed)),
    {
      files: ['commands/**'],
      rules: {
        'import/no-default-export': 'off',
        ...restrict([
          {
            regex: `^(\\.\\./)+src/(${anyOf(closedToCommands)})(/|$)`,
            message: 'Commands parse, call the client and print; they know no other room.',
          },
          {
            regex: `^(${anyOf(closedPackagesToCommands)})(/|$)`,
            message: 'Commands use the client, not its packages.',
          },
        ]),
      },
    },
    // The daemon in the foreground: the one command that is the other end of the client.
    { files: ['commands/serve.ts'], rules: { 'no-restricted-imports': 'off' } },
    // It works on the files of a daemon that is stopped.
    { files: ['commands/restore.ts'], rules: { 'no-restricted-imports': 'off' } },
    // It opens the daemon in the process of a command where none runs.
    { files: ['src/client/in-process-transport.ts'], rules: { 'no-restricted-imports': 'off' } },
    {
      files: ['test/**'],
      rules: {
        // A table of cases expects one thing of some rows and another of others.
        'vitest/no-conditional-expect': 'off',
        // Tests look into answers whose types only a validator could vouch for.
        'typescript/no-unsafe-type-assertion': 'off',
      },
    },
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
    {
      files: ['scripts/**', 'bin/**', 'bench/**'],
      rules: { 'no-console': 'off', 'unicorn/no-process-exit': 'off' },
    },
  ],
  ignorePatterns: ['dist'],
})
