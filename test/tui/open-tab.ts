import type { Client } from '../../src/client/create-client.ts'
import { managementClient } from './management-samples.ts'
import { noon, openApp, type OpenedApp } from './open-app.ts'

type Call = [method: string, ...args: unknown[]]

/** The tab over a client that keeps what it is told to do, and answers with these. */
export async function openTab(tab: string, answers: Partial<Client> = {}) {
  const calls: Call[] = []
  const known: Record<string, unknown> = { ...managementClient, ...answers }
  const client = Object.fromEntries(
    Object.entries(known).map(([name, method]) => [
      name,
      (...args: unknown[]) => {
        if (!/^(list|status|usage$)/.test(name)) calls.push([name, ...args])
        return (method as (...given: unknown[]) => unknown)(...args)
      },
    ]),
  ) as Partial<Client>
  const app = openApp({ client })
  app.send({ type: 'go', tab })
  await app.settle()
  app.send({ type: 'tick', now: noon })
  return { app, calls }
}

/** Each key after what the one before it led to. */
export async function press(app: OpenedApp, ...keys: string[]) {
  for (const key of keys) {
    app.press(key)
    await app.settle()
  }
}
