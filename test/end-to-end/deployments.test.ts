import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OpenAI } from 'openai'
import { expect, it, onTestFinished, vi } from 'vitest'
import { deploymentSchema } from '../../src/api/deployments.ts'
import { parseAddress } from '../../src/client/address.ts'
import { createClient } from '../../src/client/create-client.ts'
import { createHttpTransport } from '../../src/client/http-transport.ts'
import { createLlmd, demoModel, kill, type Llmd } from './llmd.ts'

const patience = { timeout: 10_000, interval: 20 }
const chat = { model: 'llmd-demo', messages: [{ role: 'user' as const, content: 'hi' }], max_tokens: 2 }

/** An llmd, and other ways to its daemon than commands, each of which takes a process. */
function openDeployer() {
  const llmd = createLlmd()
  const address = parseAddress(`unix://${join(llmd.home, 'run/llmd.sock')}`)
  const daemon = (): { pid: number; listeners: string[] } =>
    JSON.parse(readFileSync(join(llmd.home, 'run', 'daemon.json'), 'utf8'))
  const ask = (apiKey: string, model = chat.model) =>
    new OpenAI({ apiKey, baseURL: `${daemon().listeners[1]}/v1`, maxRetries: 0 }).chat.completions.create({
      ...chat,
      model,
    })
  const run: Llmd['run'] = (args, options) => llmd.run(args, options)
  return { llmd, run, admin: createClient(createHttpTransport({ address })), daemon, ask }
}

it('a deployment answers its keys alone, outlives its daemon, and ends with its keys', async () => {
  const { run, admin, daemon, ask } = openDeployer()
  await run(['start', '--port', '0'])
  const deployed = await run(['deploy', 'llmd-demo', '--wait', '--for', '4h'])
  expect(deployed).toMatchObject({ code: 0, stderr: '' })
  expect(deployed.stdout).toMatch(
    /^Model +llmd-demo\nKey +sk-llmd-v1-.*\nEnds +in 4 hours\nKeep the key now/m,
  )
  const [key = ''] = /sk-llmd-v1-\S+/.exec(deployed.stdout) ?? []
  const [id = ''] = /dep_[\da-f]{10}/.exec(deployed.stdout) ?? []

  await admin.addModel({ name: 'second', source: demoModel })
  expect((await ask(key)).usage?.completion_tokens).toBeGreaterThan(0)
  await expect(ask(key, 'second')).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
  expect(await admin.getModel('llmd-demo')).toMatchObject({ engine: { pinned: true } })
  const made = await run(['tokens', 'create', 'other', '--deployment', id, '--print-token'])
  const other = made.stdout.trim()
  expect((await ask(other)).choices).toHaveLength(1)

  const { ends_at: end } = await admin.getDeployment(id)
  const { stdout } = await run(['deployments', 'extend', id, '--for', '2h', '--json'])
  const extended = deploymentSchema.parse(JSON.parse(stdout))
  expect(Date.parse(extended.ends_at!) - Date.parse(end!)).toBe(7_200_000)

  const { pid } = daemon()
  kill(pid)
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), patience)
  expect((await run(['deployments'])).stdout).toMatch(/llmd-demo +starting .* in 6 hours$/m)
  await run(['start', '--port', '0'])
  await vi.waitFor(async () => expect((await ask(key)).choices).toHaveLength(1), patience)
  expect(await admin.getDeployment(id)).toEqual({ ...extended, state: 'ready' })

  const failing = await admin.createDeployment({ model: 'second' })
  await admin.removeModel('second')
  const reason = { code: 'model_not_found' }
  expect(await admin.getDeployment(failing.id)).toMatchObject({ state: 'failed', reason })

  expect((await run(['deployments', 'stop', id, '--yes'])).stdout).toBe(
    `Stopped ${id} of llmd-demo. Its keys are revoked.\n`,
  )
  for (const each of [key, other]) {
    await expect(ask(each)).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' })
  }
})

it('Ctrl-C while waiting leaves it deployed', async () => {
  const { llmd, run, admin, daemon } = openDeployer()
  await run(['start', '--port', '0'], { env: { LLMD_MODELS_WARM_SPARE: 'true' } })
  // The process that will load the model stands still meanwhile.
  const spare = await vi.waitFor(() => {
    const children = readFileSync(`/proc/${daemon().pid}/task/${daemon().pid}/children`, 'utf8')
    expect(children).toMatch(/\d/)
    return Number(children.trim().split(' ')[0])
  }, patience)
  onTestFinished(() => kill(spare))
  process.kill(spare, 'SIGSTOP')
  const waiting = llmd.spawn(['deploy', 'llmd-demo', '--wait'])
  let stderr = ''
  waiting.stderr.on('data', (chunk) => (stderr += String(chunk)))
  const ended = once(waiting, 'close')
  const { id } = await vi.waitFor(async () => {
    const [deployment] = await admin.listDeployments()
    expect(deployment).toMatchObject({ state: 'starting' })
    return deployment!
  }, patience)
  waiting.kill('SIGINT')
  expect((await ended)[0]).toBe(130)
  expect(stderr).toContain(`llmd deployments stop ${id}`)
  process.kill(spare, 'SIGCONT')
  await vi.waitFor(
    async () => expect(await admin.getDeployment(id)).toMatchObject({ state: 'ready' }),
    patience,
  )
})
