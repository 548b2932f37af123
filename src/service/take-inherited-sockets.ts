/** The first descriptor that systemd hands over. */
const firstDescriptor = 3

/**
 * The descriptors of the sockets that systemd opened for this process, by the protocol of sd_listen_fds(3). The
 * variables that tell of them are removed: they are not for children.
 */
export function takeInheritedSockets(env: NodeJS.ProcessEnv, pid = process.pid): number[] {
  const { LISTEN_PID, LISTEN_FDS } = env
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) delete env[name]
  // They may have been meant for a parent that forgot to remove them.
  if (LISTEN_PID !== String(pid) || !/^\d{1,4}$/.test(LISTEN_FDS ?? '')) return []
  return Array.from({ length: Number(LISTEN_FDS) }, (_, index) => firstDescriptor + index)
}
