import { LlmdError } from '../errors.ts'

/** A file of a repository, as the hub lists it. */
export interface RepoFile {
  /** Within the repository. */
  path: string
  size: number
  /** Null where the hub knows none. */
  sha256: string | null
}

/** What is taken where nobody says which quantization: the first of these that there is. */
const preferredQuantizations = [
  'Q4_K_M',
  'MXFP4',
  'Q4_K_S',
  'Q4_0',
  'IQ4_NL',
  'IQ4_XS',
  'Q5_K_M',
  'Q5_K_S',
  'Q6_K',
  'Q8_0',
  'Q3_K_M',
  'F16',
  'BF16',
  'F32',
]

/** A model of a repository: one file, or all parts of one that is split, in order. */
interface RepoModel {
  /** Path without the ending and the number of the part. */
  stem: string
  files: RepoFile[]
}

/**
 * The files of the model that is meant.
 * @throws LlmdError `source_not_found` where there is none, or several and none of them is preferred
 */
export function chooseFiles(
  files: readonly RepoFile[],
  { repo, quantization, file }: { repo: string; quantization: string | undefined; file: string | undefined },
): RepoFile[] {
  const models = groupModels(files)
  if (file !== undefined) {
    const named = models.find((model) => model.files.some(({ path }) => path === file))
    if (named) return complete(named)
    throw notFound(`${repo} has no model file ${JSON.stringify(file)}.`, models)
  }
  // Projectors of images and matrices of importance are no models.
  const choices = models.filter(({ stem }) => !/(^|[-._/])(mmproj|imatrix)([-._]|$)/i.test(stem))
  if (quantization !== undefined) {
    const found = ofQuantization(choices, quantization)
    if (found) return complete(found)
    throw notFound(`${repo} has no model of the quantization ${quantization}.`, choices)
  }
  const preferred = preferredQuantizations.flatMap((one) => ofQuantization(choices, one) ?? [])
  const chosen = preferred[0] ?? (choices.length === 1 ? choices[0] : undefined)
  if (chosen) return complete(chosen)
  throw notFound(
    choices.length === 0 ? `${repo} has no GGUF model.` : `${repo} has several models: say which one.`,
    choices,
  )
}

function groupModels(files: readonly RepoFile[]): RepoModel[] {
  const models = Map.groupBy(
    files.filter(({ path }) => /\.gguf$/i.test(path)),
    // Parts of one model differ in their number alone.
    ({ path }) => path.replace(/-\d{5}(-of-\d{5}\.gguf)$/, '$1'),
  )
  return Array.from(models, ([key, group]) => ({
    stem: key.replace(/(-of-\d{5})?\.gguf$/i, ''),
    files: group.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  }))
}

/** The shortest name that has the quantization as a word of its own: `Q4_K_M`, before `UD-Q4_K_M`. */
function ofQuantization(models: RepoModel[], quantization: string): RepoModel | undefined {
  const word = new RegExp(`(^|[-._/])${quantization.replaceAll('.', '\\.')}([-.]|$)`, 'i')
  const found = models.filter(({ stem }) => word.test(baseName(stem)))
  return found.toSorted((a, b) => a.stem.length - b.stem.length || (a.stem < b.stem ? -1 : 1))[0]
}

/** @throws LlmdError `source_not_found` where parts are missing */
function complete({ stem, files }: RepoModel): RepoFile[] {
  const count = Number(/-\d{5}-of-(\d{5})\.gguf$/.exec(files[0]?.path ?? '')?.[1] ?? 1)
  const numbers = files.map(({ path }) => Number(/-(\d{5})-of-\d{5}\.gguf$/.exec(path)?.[1] ?? 1))
  if (files.length === count && numbers.every((number, index) => number === index + 1)) return files
  throw new LlmdError(
    'source_not_found',
    `${stem} is split into ${count} files, and not all of them are there.`,
  )
}

function notFound(message: string, models: RepoModel[]): LlmdError {
  const names = models.map(({ stem }) => quantizationOf(stem) ?? `${baseName(stem)}.gguf`)
  const shown = [...new Set(names)].slice(0, 30).join(', ')
  return new LlmdError('source_not_found', message, {
    param: 'source',
    ...(shown !== '' && { hint: `It has ${shown}. Name one, as in: hf:OWNER/REPO:${names[0]}` }),
  })
}

/** As the file's name says; for a hint. */
function quantizationOf(stem: string): string | undefined {
  return /(?:^|[-.])((?:UD-)?(?:I?Q\d_\w+|TQ\d_\d|MXFP4\w*|BF16|F16|F32))(?=[-.]|$)/i.exec(
    baseName(stem),
  )?.[1]
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
