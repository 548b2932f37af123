import { readFile } from 'node:fs/promises'

/** What a serving daemon writes about itself. It may be stale: a killed daemon leaves its file behind. */
export interface DaemonFile {
  pid: number
  version: string
  /** `http://127.0.0.1:5563`, `unix:///run/...`. */
  listeners: string[]
}

/** Undefined when there is none, or none that can be read. */
export async function readDaemonFile(path: string): Promise<DaemonFile | undefined> {
  try {
    const text = await readFile(path, 'utf8')
    const { pid, version, listeners }: DaemonFile = JSON.parse(text)
    if (!Number.isInteger(pid) || typeof version !== 'string' || !Array.isArray(listeners)) return undefined
    return { pid, version, listeners }
  } catch {
    return undefined
  }
}
