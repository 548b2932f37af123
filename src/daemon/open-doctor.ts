import type { LiveSettings } from '../config/live-settings.ts'
import type { Paths } from '../config/paths.ts'
import { createDoctor, type Doctor } from '../doctor/create-doctor.ts'
import { examineFolders } from '../doctor/examine-folders.ts'
import { examineMachine, thisMachine } from '../doctor/examine-machine.ts'
import { examineParts } from '../doctor/examine-parts.ts'
import { LlmdError } from '../errors.ts'
import { probeEngine } from '../inference/probe-engine.ts'
import type { DiskRoom } from '../storage/disk-room.ts'
import { entryFile } from './installed-files.ts'
import type { Data } from './open-data.ts'
import type { Models } from './open-models.ts'

/** A doctor who can look at everything that is open. */
export function openDoctor(options: {
  paths: Paths
  env: NodeJS.ProcessEnv
  settings: LiveSettings
  room: DiskRoom
  data: Pick<Data, 'database' | 'vault'>
  models: Pick<Models, 'catalog' | 'inference' | 'providers'>
  listeners: () => string[]
}): Doctor {
  const { paths, env, settings, room, listeners } = options
  const { database, vault } = options.data
  const { catalog, inference, providers } = options.models
  return createDoctor([
    { check: 'machine', examine: () => examineMachine(thisMachine(env)) },
    { check: 'folders', examine: () => examineFolders(paths) },
    ...examineParts({
      damage: () => database.findDamage(),
      diskFull: () => room.full,
      vault: () => vault.reopen(),
      listeners: () => ({
        open: listeners(),
        wanted: settings.current.server,
      }),
      engine: (signal) => probeEngine({ childPath: entryFile('inference/probe-child'), env, signal }),
      models: () => catalog.list(),
      async memory(name) {
        const found = catalog.find(name)
        if (found?.kind !== 'local') throw new LlmdError('model_not_found', `There is no model ${name}.`)
        return inference.estimate(found.model)
      },
      providers: () => providers.list(),
      providerModels: (name, signal) => providers.models(name, signal),
    }),
  ])
}
