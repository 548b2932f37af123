import { once } from 'node:events'

/** Writes text that is safe already, colours and all, no faster than it is read. */
export async function writePainted(text: string): Promise<void> {
  const { stdout } = process
  if (!stdout.write(text)) await once(stdout, 'drain')
}
