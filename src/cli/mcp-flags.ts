import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { AddMcpServer } from '../api/mcp.ts'
import { LlmdError } from '../errors.ts'
import { headerFlag } from './header-flag.ts'

/** How an MCP server is reached, or run. */
export const mcpFlags = {
  url: Flags.string({
    summary: 'Where it takes requests, as in https://tools.example/mcp.',
    helpValue: 'URL',
  }),
  header: headerFlag({
    summary: 'Header to send with every request; can be given several times.',
    helpValue: 'NAME:VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'allow-private': Flags.boolean({ summary: 'Let the host be on this machine or in a private network.' }),
  env: Flags.string({
    summary: 'Variable that the program gets, as it is here; kept secret. Can be given several times.',
    helpValue: 'NAME',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

interface GivenFlags {
  url?: string | undefined
  header?: { name: string; value: string }[] | undefined
  'allow-private': boolean
  env?: string[] | undefined
}

/** What was given; a program with a slash in its name by its full path. @throws LlmdError `invalid_request` */
export function givenMcpServer(flags: GivenFlags, command: string[]): Omit<AddMcpServer, 'name' | 'key'> {
  const [program, ...rest] = command
  const { url, header, env } = flags
  if ((url === undefined) === (program === undefined)) {
    throw new LlmdError('invalid_request', 'An MCP server has either a URL or a program that llmd runs.', {
      hint: 'Say --url URL, or the program behind --, as in: llmd mcp add files -- npx server-files',
    })
  }
  return {
    ...(url !== undefined && { url }),
    ...(header && { headers: Object.fromEntries(header.map(({ name, value }) => [name, value])) }),
    ...(flags['allow-private'] && { allow_private: true }),
    ...(program !== undefined && { command: [program.includes('/') ? resolve(program) : program, ...rest] }),
    ...(env && { env: Object.fromEntries(env.map((name) => [name, valueOf(name)])) }),
  }
}

function valueOf(name: string): string {
  const value = process.env[name]
  if (value !== undefined) return value
  throw new LlmdError('invalid_request', `${name} is not set.`, {
    hint: 'Export it first; --env takes its name.',
  })
}
