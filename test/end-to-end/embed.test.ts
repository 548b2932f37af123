import { expect, it, onTestFinished } from 'vitest'
import { openFakeDaemon } from '../client/fake-daemon.ts'
import { createLlmd } from './llmd.ts'

/** Something that answers as a daemon does, with the length of each text for its vector. */
async function openFakeModel() {
  const daemon = await openFakeDaemon({
    answer(_request, response) {
      const { input, model } = JSON.parse(daemon.requests.at(-1)?.body ?? '')
      const data = input.map((text: string, index: number) => ({
        object: 'embedding',
        index,
        embedding: [text.length, 0.5],
      }))
      const error = { code: 'unsupported_by_model', message: 'It makes no vectors.', hint: 'Ask another.' }
      response.statusCode = model === 'writer' ? 400 : 200
      response.end(
        JSON.stringify(model === 'writer' ? { error } : { data, model, usage: { prompt_tokens: 3 } }),
      )
    },
  })
  onTestFinished(() => daemon[Symbol.asyncDispose]())
  return { daemon, env: { LLMD_HOST: daemon.address } }
}

it('texts become vectors, a line each, and lines of a file do', async () => {
  const llmd = createLlmd()
  const { daemon, env } = await openFakeModel()
  expect(await llmd.run(['embed', 'vectors', 'one', 'three', '--dimensions', '2'], { env })).toEqual({
    code: 0,
    stdout: '[3,0.5]\n[5,0.5]\n',
    stderr: '',
  })
  expect(JSON.parse(daemon.requests[0]?.body ?? '')).toMatchObject({ dimensions: 2, input: ['one', 'three'] })
  const piped = await llmd.run(['embed', 'vectors', '--lines', '--json'], { env, input: 'one\n\nthree\n' })
  expect(JSON.parse(piped.stdout)).toEqual({
    object: 'list',
    data: [3, 5].map((length, index) => ({ object: 'embedding', index, embedding: [length, 0.5] })),
    model: 'vectors',
    usage: { prompt_tokens: 3, total_tokens: 3 },
  })
  expect(await llmd.run(['embed', 'writer', 'one'], { env })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Error: It makes no vectors.\nHint: Ask another.\n',
  })
})
