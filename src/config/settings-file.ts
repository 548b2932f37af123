import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Conf from 'conf'
import { LlmdError } from '../errors.ts'
import { checkSettings, findSetting, requireValue, settingsJsonSchema } from './settings-schema.ts'
import type { PartialSettings } from './settings.ts'

/** What config.json in this folder says; nothing where there is none. @throws LlmdError `invalid_settings` */
export function readSettingsFile(folder: string): PartialSettings {
  return open(folder).store
}

/** The file as it stands, for someone to change; an empty object where there is none. @throws LlmdError `invalid_settings` */
export function readSettingsText(folder: string): string {
  const file = join(folder, 'config.json')
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '{}\n'
    throw unreadable(file, error)
  }
}

/**
 * Changes one setting in the file, which is replaced in one step; undefined leaves it to the default.
 * @param name `server.port`
 * @throws LlmdError `invalid_request` for another name or value than there may be; `invalid_settings` where it is the
 * file that is wrong; `permission_denied` where it may not be written
 */
export function changeSettingsFile(folder: string, name: string, value: unknown): void {
  const { group, key } = findSetting(name)
  if (value !== undefined) requireValue(name, value)
  const file = open(folder)
  const current: Record<string, object | undefined> = file.store
  const changed = Object.fromEntries(
    Object.entries({ ...current[group], [key]: value }).filter(([, kept]) => kept !== undefined),
  )
  const { [group]: _, ...others } = current
  replace(file, Object.keys(changed).length === 0 ? others : { ...others, [group]: changed })
}

/**
 * Replaces the whole file in one step.
 * @throws LlmdError `invalid_settings`, with the file as it was; `permission_denied`
 */
export function replaceSettingsFile(folder: string, text: string): void {
  const checked = parse(text, 'what you wrote')
  replace(
    open(folder, () => checked),
    checked,
  )
}

function open(folder: string, read?: () => PartialSettings): Conf<PartialSettings> {
  const file = join(folder, 'config.json')
  try {
    return new Conf<PartialSettings>({
      cwd: folder,
      schema: { ...settingsJsonSchema.properties },
      rootSchema: { additionalProperties: false },
      // Before the schema has its say: this check tells what was found and what is allowed.
      deserialize: (text) => read?.() ?? parse(text, file),
      serialize: (value) => `${JSON.stringify(value, null, 2)}\n`,
    })
  } catch (error) {
    if (error instanceof LlmdError) throw error
    throw unreadable(file, error)
  }
}

function unreadable(file: string, cause: unknown): LlmdError {
  return new LlmdError('invalid_settings', `${file} cannot be read`, {
    hint: 'Correct it, or remove it for the defaults.',
    cause,
  })
}

function parse(text: string, source: string): PartialSettings {
  try {
    return checkSettings(JSON.parse(text), source)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new LlmdError('invalid_settings', `${source} is not valid JSON: ${error.message}`, {
      hint: 'Correct it, or remove it for the defaults.',
      cause: error,
    })
  }
}

function replace(file: Conf<PartialSettings>, settings: Record<string, unknown>): void {
  const checked = checkSettings(settings, file.path)
  try {
    file.store = checked
  } catch (error) {
    if (error instanceof LlmdError) throw error
    throw new LlmdError('permission_denied', `${file.path} cannot be written.`, {
      hint: 'Run this as the user that the file belongs to.',
      cause: error,
    })
  }
}
