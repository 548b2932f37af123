import { execFile } from 'node:child_process'

/** Tells the service manager about this process, by the protocol of sd_notify(3). */
export interface Notifier {
  /**
   * Sends lines such as `READY=1` in one message, after those that were sent before. Never rejects: nobody waits for
   * a service manager that cannot be told.
   */
  send(lines: string[]): Promise<void>
}

export interface NotifierOptions {
  /** Its environment: NOTIFY_SOCKET is taken out of it, as it is not for children. */
  env: NodeJS.ProcessEnv
  /** Hears, once, that messages do not arrive. */
  onFailure: (reason: string) => void
}

const patienceMs = 10_000

/** Node knows no datagrams over Unix sockets, so that systemd's own program sends them. */
export function createNotifier({ env, onFailure }: NotifierOptions): Notifier {
  const { NOTIFY_SOCKET, PATH } = env
  delete env['NOTIFY_SOCKET']
  if (!NOTIFY_SOCKET) return { send: async () => {} }

  let sent = Promise.resolve()
  let failed = false
  const run = (lines: string[]) =>
    new Promise<void>((resolve) => {
      const options = { env: { NOTIFY_SOCKET, PATH }, timeout: patienceMs, killSignal: 'SIGKILL' as const }
      execFile('systemd-notify', lines, options, (error) => {
        if (error && !failed) {
          failed = true
          onFailure(error.message.trim())
        }
        resolve()
      })
    })
  return { send: (lines) => (sent = sent.then(() => run(lines))) }
}
