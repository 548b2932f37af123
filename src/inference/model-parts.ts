/** All files of a model: `model-00001-of-00003.gguf` stands for three. */
export function modelParts(path: string): string[] {
  const [, start, count] = /^(.*-)00001-of-(\d{5})\.gguf$/s.exec(path) ?? []
  if (start === undefined || count === undefined) return [path]
  return Array.from(
    { length: Number(count) },
    (_, part) => `${start}${String(part + 1).padStart(5, '0')}-of-${count}.gguf`,
  )
}
