/** Where the log goes. */
export type LogTarget = 'file' | 'stderr' | 'journald'

/**
 * What `auto` means here: the journal where systemd has connected stderr to it, the file in the background, else
 * stderr.
 * @param options.stderr device and inode of stderr; the variable of systemd names those of the journal's stream, and a
 *   process whose stderr leads elsewhere may have inherited it
 */
export function chooseTarget(options: {
  setting: LogTarget | 'auto'
  background: boolean
  env: NodeJS.ProcessEnv
  stderr: { dev: number; ino: number }
}): LogTarget {
  const { setting, background, env, stderr } = options
  if (setting !== 'auto') return setting
  if (env['JOURNAL_STREAM'] === `${stderr.dev}:${stderr.ino}`) return 'journald'
  return background ? 'file' : 'stderr'
}
