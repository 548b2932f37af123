import { LlmdError } from '../errors.ts'
import { fileNameOf, isSafePath } from './safe-path.ts'

/** Where a model is downloaded from. */
export type Source = HubSource | UrlSource

export interface HubSource {
  kind: 'hub'
  /** `OWNER/REPO`. */
  repo: string
  /** As in `Q4_K_M`; undefined where llmd chooses. */
  quantization: string | undefined
  /** Path of the file within the repository. */
  file: string | undefined
}

export interface UrlSource {
  kind: 'url'
  /** Without a fragment. */
  url: URL
  /** In lower case. */
  sha256: string | undefined
}

const name = '[A-Za-z0-9][A-Za-z0-9._-]{0,95}'
const hubPattern = new RegExp(`^hf:(${name}/${name})(?::([A-Za-z0-9._-]{1,64})|/(.+))?$`, 's')

/**
 * Reads `hf:OWNER/REPO`, `hf:OWNER/REPO:QUANTIZATION`, `hf:OWNER/REPO/FILE` or a URL, which may end in `#sha256=...`.
 * @throws LlmdError `invalid_request`
 */
export function parseSource(source: string): Source {
  if (source.startsWith('hf:')) return parseHubSource(source)
  if (/^https?:\/\//i.test(source)) return parseUrlSource(source)
  throw refuse(`${JSON.stringify(source)} is nothing to download from.`)
}

function parseHubSource(source: string): HubSource {
  const [, repo, quantization, file] = hubPattern.exec(source) ?? []
  if (repo === undefined || repo.includes('..')) {
    throw refuse(`${JSON.stringify(source)} names no repository.`)
  }
  if (file !== undefined && !isModelPath(file)) {
    throw refuse(`${JSON.stringify(file)} is no path of a GGUF file.`)
  }
  return { kind: 'hub', repo, quantization, file }
}

function parseUrlSource(source: string): UrlSource {
  const url = URL.canParse(source) ? new URL(source) : undefined
  const [, sha256] = /^#sha256=([0-9a-f]{64})$/i.exec(url?.hash ?? '') ?? []
  if (!url || (url.hash !== '' && sha256 === undefined)) {
    throw refuse(`${JSON.stringify(source)} is no address to download from.`)
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse('The address holds a user name or password, which would be shown wherever it is.')
  }
  if (!isModelPath(fileNameOf(url))) {
    throw refuse(`The path of ${JSON.stringify(source)} does not end in the name of a GGUF file.`)
  }
  url.hash = ''
  return { kind: 'url', url, sha256: sha256?.toLowerCase() }
}

function isModelPath(path: string): boolean {
  return isSafePath(path) && /\.gguf$/i.test(path)
}

function refuse(message: string): LlmdError {
  return new LlmdError('invalid_request', message, {
    hint: 'Give hf:OWNER/REPO, hf:OWNER/REPO:QUANTIZATION, hf:OWNER/REPO/FILE.gguf or https://HOST/FILE.gguf, which may end in #sha256=DIGEST.',
    param: 'source',
  })
}
