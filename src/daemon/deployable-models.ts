import type { Catalog } from '../catalog/catalog.ts'
import type { DeployableModels } from '../deployments/deployments.ts'
import { mayPass } from '../deployments/judge-failure.ts'
import { LlmdError, toLlmdError } from '../errors.ts'
import type { Inference } from '../inference/inference.ts'

/** Local models are loaded and held; a provider's can answer as long as there is that provider. */
export function deployableModels({
  catalog,
  inference,
}: {
  catalog: Pick<Catalog, 'find' | 'load'>
  inference: Pick<Inference, 'hold'>
}): DeployableModels {
  /** Local models by name, and how many of providers. */
  function targetsOf(name: string): { local: Set<string>; remote: number } {
    const found = catalog.find(name)
    if (found?.kind === 'local') return { local: new Set([name]), remote: 0 }
    if (found?.kind === 'remote') return { local: new Set(), remote: 1 }
    const targets = found?.targets.map(({ model }) => targetsOf(model)) ?? []
    return {
      local: new Set(targets.flatMap(({ local }) => [...local])),
      remote: targets.reduce((sum, { remote }) => sum + remote, 0),
    }
  }

  return {
    has(name) {
      const { local, remote } = targetsOf(name)
      return local.size + remote > 0
    },
    async ensure(name, signal) {
      const { local, remote } = targetsOf(name)
      using stack = new DisposableStack()
      for (const model of local) stack.use(inference.hold(model))
      const loads = await Promise.allSettled([...local].map((model) => catalog.load(model, signal)))
      const failures = loads.flatMap((load) => (load.status === 'rejected' ? toLlmdError(load.reason) : []))
      if (failures.length === local.size + remote) {
        throw failures.find(({ code }) => mayPass(code)) ?? failures[0] ?? nothingThere(name)
      }
      const held = stack.move()
      return { local, [Symbol.dispose]: () => held.dispose() }
    },
  }
}

function nothingThere(name: string): LlmdError {
  return new LlmdError('model_not_found', `The model ${name} was removed.`)
}
