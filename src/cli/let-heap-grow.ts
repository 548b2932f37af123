import { setFlagsFromString } from 'node:v8'

/** Allows what `bin/run.js` forbade: requests make garbage, and few scavenges are cheaper than many. */
export function letHeapGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2')
}
