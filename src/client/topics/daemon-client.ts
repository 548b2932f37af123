import type { Finding } from '../../api/doctor.ts'
import type { Reloaded, SettingList } from '../../api/settings.ts'
import type { Status } from '../../api/status.ts'
import type { Calls } from '../create-calls.ts'

/** The daemon itself: its state, its settings, and copies of its data. */
export interface DaemonClient {
  /** Whether the daemon takes requests now. */
  ready(): Promise<boolean>
  status(): Promise<Status>
  /** Asks the daemon to drain and end; it is still running when this resolves. */
  stop(): Promise<void>
  /** The settings in force. */
  listSettings(): Promise<SettingList>
  /** Has the daemon read its settings again. */
  reload(): Promise<Reloaded>
  /** What is well and what is not, of the machine, the data and all that is connected. */
  examine(): Promise<Finding[]>
  /** A tar with all that must not be lost but the master key; to be read to its end. */
  backup(): AsyncIterable<Uint8Array>
}

export function daemonClient({ call, list, statusOf, stream }: Calls): DaemonClient {
  return {
    ready: async () => (await statusOf('/ready')) === 200,
    status: () => call('GET', '/status'),
    async stop() {
      await call('POST', '/stop')
    },
    listSettings: () => call('GET', '/settings'),
    reload: () => call('POST', '/reload'),
    examine: () => list('/doctor', { patient: true }),
    backup: () => stream({ method: 'GET', path: '/llmd/v1/backup' }, (body) => body),
  }
}
