import { basename } from 'node:path'

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

/** The shell the user works in, as far as llmd knows it; else bash, whose exports every POSIX shell reads. */
export function shellOf(env: NodeJS.ProcessEnv): Shell {
  const name = basename(env['SHELL'] ?? '')
  return shells.find((shell) => shell === name) ?? 'bash'
}

/** A line that sets a variable for programs started from the shell, whatever the value holds. */
export function exportLine(shell: Shell, name: string, value: string): string {
  switch (shell) {
    case 'fish':
      return `set -gx ${name} '${value.replaceAll(/[\\']/g, '\\$&')}'`
    case 'powershell':
      return `$env:${name} = '${value.replaceAll("'", "''")}'`
    default:
      return `export ${name}='${value.replaceAll("'", `'\\''`)}'`
  }
}
