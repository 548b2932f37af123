import { LlmdError } from '../errors.ts'
import { nearest } from './nearest.ts'
import { parseSetting } from './parse-setting.ts'
import { checkSettings, knownSettings } from './settings-schema.ts'
import type { PartialSettings } from './settings.ts'

/**
 * The settings that `LLMD_*` variables hold: `LLMD_SERVER_MAX_BODY_BYTES` is `server.maxBodyBytes`. Items of a
 * list are separated by commas; an empty variable counts as absent.
 * @throws LlmdError `invalid_settings`
 */
export function environmentSettings(env: NodeJS.ProcessEnv): PartialSettings {
  const settings = new Map(knownSettings.map((setting) => [variableName(setting), setting]))
  const prefixes = knownSettings.map(({ group }) => variableName({ group, key: '' }))
  const found: Record<string, Record<string, unknown>> = {}
  for (const [name, text] of Object.entries(env)) {
    if (!text || !prefixes.some((prefix) => name.startsWith(prefix))) continue
    const setting = settings.get(name)
    if (!setting) {
      throw new LlmdError('invalid_settings', `${name} in the environment is not a setting.`, {
        hint: `The nearest one is ${nearest(name, settings.keys())}.`,
      })
    }
    const { group, key, schema } = setting
    found[group] = { ...found[group], [key]: parseSetting(text, schema) }
  }
  return checkSettings(found, 'the environment')
}

const variableName = ({ group, key }: { group: string; key: string }) =>
  `LLMD_${group}_${key.replaceAll(/[A-Z]/g, '_$&')}`.toUpperCase()
