import { formatUnit } from './systemd-unit.ts'

/** The socket that systemd opens for llmd: while llmd restarts, connections wait instead of being refused. */
export function systemdSocketUnit({ listen }: { listen: string }): string {
  return formatUnit([
    ['Unit', ['Description=Socket of llmd']],
    ['Socket', [`ListenStream=${listen}`, 'NoDelay=yes', 'Backlog=1024']],
    ['Install', ['WantedBy=sockets.target']],
  ])
}
