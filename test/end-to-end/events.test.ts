import { once } from 'node:events'
import { expect, it } from 'vitest'
import { createLlmd, readUntil } from './llmd.ts'

it('events tells what happens while it happens, and ends with the daemon', async () => {
  const llmd = createLlmd()
  await llmd.run(['start', '--port', '0'])
  const types = ['--type', 'model.loading', '--type', 'model.loaded']
  const [people, programs] = [llmd.spawn(['events']), llmd.spawn(['events', '--json', ...types])]
  await Promise.all([people, programs].map((child) => readUntil(child, 'opened')))
  const ended = [people, programs].map((child) => once(child, 'close'))
  await llmd.run(['models', 'load', 'llmd-demo'])
  const lines = (await readUntil(programs, 'model.loaded')).trim().split('\n')
  expect(lines.map((line) => JSON.parse(line).type)).toEqual([
    ...lines.slice(0, -1).map(() => 'model.loading'),
    'model.loaded',
  ])
  expect(await readUntil(people, 'model.loaded')).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3}  model\.loading +name=llmd-demo  progress=0$/m,
  )
  await llmd.run(['stop'])
  expect(await Promise.all(ended)).toEqual([
    [0, null],
    [0, null],
  ])
})

it('events says what types there are, and that there must be a daemon', async () => {
  const llmd = createLlmd()
  expect(await llmd.run(['events', '--type', 'model.lodaed'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('model.loaded'),
  })
  const { code, stdout } = await llmd.run(['events', '--json'])
  expect(code).toBe(3)
  expect(stdout).toMatch(/^\{"error":\{.*\}\}\n$/)
})
