import { stat } from 'node:fs/promises'

/** Size of a model, with all its parts where it is split into several files; 0 for what is not there. */
export async function fileBytes(path: string): Promise<number> {
  const sizes = await Promise.all(partsOf(path).map(sizeOf))
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** `model-00001-of-00003.gguf` stands for three files. */
function partsOf(path: string): string[] {
  const [, start, count] = /^(.*-)00001-of-(\d{5})\.gguf$/s.exec(path) ?? []
  if (start === undefined || count === undefined) return [path]
  return Array.from(
    { length: Number(count) },
    (_, part) => `${start}${String(part + 1).padStart(5, '0')}-of-${count}.gguf`,
  )
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
