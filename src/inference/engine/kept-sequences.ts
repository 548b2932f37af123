import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LanguageModel, Sequence } from './language-model.ts'

/** Fewer tokens are faster evaluated than read. */
const worthKeeping = 64

/** What sequences hold, in files of a folder that belongs to one model file with one set of options. */
export interface KeptSequences {
  /** Writes what every sequence holds. */
  save(): Promise<void>
  /** Takes over what was written, and removes the files. */
  restore(): Promise<void>
  clone(from: Sequence, to: Sequence): Promise<void>
}

/** Made by us and readable by nobody else, whatever mode the library would give it. */
async function write(sequence: Sequence, file: string): Promise<void> {
  writeFileSync(file, '', { mode: 0o600 })
  await sequence.save(file)
}

export function createKeptSequences(model: Pick<LanguageModel, 'sequences'>, folder: string): KeptSequences {
  const makeFolder = () => mkdirSync(folder, { recursive: true, mode: 0o700 })
  const files = (ending: string) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map(({ name }) => name)

  return {
    async save() {
      makeFolder()
      for (const [index, sequence] of model.sequences.entries()) {
        if (sequence.length < worthKeeping) continue
        const draft = join(folder, `${index}.draft`)
        await write(sequence, draft)
        renameSync(draft, join(folder, `${index}.kv`))
      }
    },
    async restore() {
      makeFolder()
      // A file that crashes the process must not do so twice: it has another name while it is read.
      for (const name of [...files('.reading'), ...files('.draft'), ...files('.copy')]) {
        rmSync(join(folder, name), { force: true })
      }
      const [...sequences] = model.sequences
      for (const name of files('.kv')) {
        const reading = join(folder, `${name}.reading`)
        renameSync(join(folder, name), reading)
        const sequence = sequences.shift()
        // A file of other contents is refused by an error; the sequence then starts empty.
        await sequence?.restore(reading).catch(() => sequence.clear())
        rmSync(reading, { force: true })
      }
    },
    async clone(from, to) {
      const file = join(folder, `${process.pid}.copy`)
      try {
        await write(from, file)
        await to.restore(file)
      } finally {
        rmSync(file, { force: true })
      }
    },
  }
}
