/**
 * Entry of the process that reads one model file: it gets an InspectRequest, answers with an InspectReply, and
 * lives until its parent ends it.
 */
import { toLlmdError } from '../errors.ts'
import { exitWithParent } from './exit-with-parent.ts'
import { readModelFile } from './gguf/read-model-file.ts'
import type { InspectReply, InspectRequest } from './inspect-protocol.ts'

exitWithParent()
process.once('message', (request: InspectRequest) => {
  process.send?.(inspect(request.path))
})

function inspect(path: string): InspectReply {
  try {
    return { ok: true, summary: readModelFile(path) }
  } catch (error) {
    const { code, message, hint } = toLlmdError(error)
    return { ok: false, code, message, hint: hint ?? null }
  }
}
