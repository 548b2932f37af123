import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LlmdError } from '../errors.ts'

/**
 * Has the user change a text in their editor, that of VISUAL or EDITOR.
 * @param accept takes what was written; when it throws, the error tells where that is kept
 */
export async function editText<Result>({
  text,
  name,
  env,
  accept,
}: {
  text: string
  /** Of the file that the editor sees. */
  name: string
  env: NodeJS.ProcessEnv
  accept: (text: string) => Result
}): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'llmd-'))
  const file = join(folder, name)
  await writeFile(file, text, { mode: 0o600 })
  await runEditor(env['VISUAL'] || env['EDITOR'] || 'vi', file)
  try {
    const result = accept(await readFile(file, 'utf8'))
    await rm(folder, { recursive: true })
    return result
  } catch (error) {
    if (!(error instanceof LlmdError)) throw error
    throw new LlmdError(error.code, error.message, { cause: error, hint: `What you wrote is in ${file}.` })
  }
}

async function runEditor(editor: string, file: string): Promise<void> {
  // It may have arguments of its own, as in "code --wait".
  const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' })
  const [code] = await once(child, 'close')
  if (code === 0) return
  throw new LlmdError('invalid_request', `The editor ${JSON.stringify(editor)} ended with ${code}.`, {
    hint: `Nothing was changed. VISUAL or EDITOR names another one; what you wrote is in ${file}.`,
  })
}
