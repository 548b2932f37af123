import { isAbsolute } from 'node:path'
import { LlmdError } from '../errors.ts'
import { isDownloaded } from './delete-files.ts'

/** What a source names that llmd does not carry itself. */
export type Source = { kind: 'file'; path: string } | { kind: 'remote'; provider: string; model: string }

/**
 * @param isProvider Whether there is a provider of this name
 * @throws LlmdError `invalid_request` for what is neither an absolute path nor a provider's model
 */
export function readSource(source: string, isProvider: (name: string) => boolean): Source {
  if (isAbsolute(source)) return { kind: 'file', path: source }
  if (isDownloaded(source)) {
    throw new LlmdError('invalid_request', `${JSON.stringify(source)} is to be downloaded first.`, {
      hint: 'Download it with: llmd models pull SOURCE --name NAME',
      param: 'source',
    })
  }
  // A provider's ids may hold slashes; its name holds none.
  const [, provider = '', model = ''] = /^([^/]+)\/(.+)$/s.exec(source) ?? []
  if (isProvider(provider)) {
    if (/^[^\p{Cc}\p{Cf}\p{Cs}\s]{1,256}$/u.test(model)) return { kind: 'remote', provider, model }
    throw new LlmdError('invalid_request', `${JSON.stringify(model)} is no id of a model.`, {
      hint: `llmd providers models ${provider} lists those there are.`,
      param: 'source',
    })
  }
  const noProvider = provider === '' ? '' : `, and there is no provider called ${JSON.stringify(provider)}`
  throw new LlmdError('invalid_request', `${JSON.stringify(source)} is not an absolute path${noProvider}.`, {
    hint: 'Give the full path of a GGUF file on the machine that the daemon runs on, or PROVIDER/MODEL.',
    param: 'source',
  })
}
