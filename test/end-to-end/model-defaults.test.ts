import { expect, it } from 'vitest'
import { connect } from '../../src/client/connect.ts'
import { resolvePaths } from '../../src/config/paths.ts'
import { openFakeProvider } from '../fixtures/fake-provider.ts'
import { createLlmd, type Llmd } from './llmd.ts'

/** llmd within this process, where no daemon runs. */
function connectTo({ home }: Llmd) {
  const env = { ...process.env, LLMD_HOME: home, LLMD_MODELS_WARM_SPARE: 'false', LLMD_SECRETS_HOME: 'file' }
  return connect({ env, paths: resolvePaths(env), allowInProcess: true, version: '0.0.0' })
}

it('defaults of a model reach its provider, as flags have said them', async () => {
  const provider = await openFakeProvider()
  const llmd = createLlmd()
  {
    await using connection = await connectTo(llmd)
    const { client } = connection
    await client.addProvider({
      name: 'lab',
      format: 'openai',
      base_url: provider.baseUrl,
      models: ['chat-small'],
      verify: false,
    })
    await client.addModel({
      name: 'fast',
      source: 'lab/chat-small',
      defaults: { params: { seed: 7, user: 'x' } },
    })
  }
  const edit = [
    'models',
    'edit',
    'fast',
    '--temperature',
    '0.2',
    '--param',
    'user=null',
    '--system',
    'Be brief.',
  ]
  expect(await llmd.run(edit)).toMatchObject({ code: 0, stdout: 'Changed fast.\n' })
  await using connection = await connectTo(llmd)
  const question = { model: 'fast', messages: [{ role: 'user' as const, content: 'hi' }], seed: 8 }
  await Array.fromAsync(connection.client.chat(question, new AbortController().signal)).catch(() => {})
  expect(provider.seen.map(({ body }): unknown => JSON.parse(body))).toMatchObject([
    {
      model: 'chat-small',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'hi' },
      ],
      temperature: 0.2,
      seed: 8,
    },
  ])
  expect(provider.seen[0]?.body).not.toContain('"user":"x"')
})
