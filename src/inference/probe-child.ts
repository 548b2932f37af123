/** Entry of the process that tries whether llama.cpp opens here: it sends one ProbeReply, and ends with its parent. */
import { toLlmdError } from '../errors.ts'
import { openLlama } from './engine/open-llama.ts'
import { exitWithParent } from './exit-with-parent.ts'
import type { ProbeReply } from './probe-engine.ts'

exitWithParent()
process.send?.(await probe())

async function probe(): Promise<ProbeReply> {
  try {
    const { llama } = await openLlama('auto')
    return { ok: true, backend: llama.gpu || null, gpus: await llama.getGpuDeviceNames() }
  } catch (error) {
    const { message, cause } = toLlmdError(error)
    return { ok: false, reason: cause instanceof Error ? cause.message : message }
  }
}
