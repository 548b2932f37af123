import { totalmem } from 'node:os'

const share = 0.8

/**
 * Bytes that all engines together may take: what the setting says, or where that is 0, four fifths of the machine's
 * memory or of the control group's limit, whichever is smaller.
 */
export function memoryBudget(
  settingBytes: number,
  { machineBytes = totalmem(), limitBytes = process.constrainedMemory() } = {},
): number {
  if (settingBytes > 0) return settingBytes
  // No limit is told as 0, or as a number beyond all memory.
  return Math.floor(share * (limitBytes > 0 ? Math.min(machineBytes, limitBytes) : machineBytes))
}
