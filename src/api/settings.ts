import { z } from 'zod'
import { listOf } from './common.ts'

export const settingSchema = z.object({
  name: z.string().describe('`server.port`'),
  value: z.unknown().describe('A string, a number, true or false, or a list of strings.'),
  source: z
    .enum(['flag', 'environment', 'file', 'default'])
    .describe('What said so: a flag of `llmd serve`, a variable, config.json, or nothing.'),
  live: z.boolean().describe('Whether a reload applies a change; for the others it takes a restart.'),
})

export type Setting = z.infer<typeof settingSchema>

/** The settings in force, and the file they can be changed in. */
export const settingListSchema = listOf(settingSchema).extend({ path: z.string() })

export type SettingList = z.infer<typeof settingListSchema>

/** Names of the settings that a reload found changed. */
export const reloadedSchema = z.object({
  applied: z.array(z.string()),
  needs_restart: z.array(z.string()).describe('What the daemon was started with stays in force.'),
})

export type Reloaded = z.infer<typeof reloadedSchema>
