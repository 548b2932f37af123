import { expect, it } from 'vitest'
import { createQueue } from '../../src/downloads/create-queue.ts'

/** Work that ends when it is told to, or aborted. */
function observeQueue() {
  const events: string[] = []
  const finish = new Map<string, () => void>()
  const queue = createQueue<string>({
    mostRunning: 2,
    endReason: new Error('the end'),
    async work(item, signal) {
      events.push(`+${item}`)
      await new Promise<void>((resolve) => {
        finish.set(item, resolve)
        signal.addEventListener('abort', () => resolve())
      })
      events.push(signal.aborted ? `!${item} ${signal.reason.message}` : `-${item}`)
    },
  })
  return { queue, events, finish }
}

it('works on two at a time, in order, on each once', async () => {
  const { queue, events, finish } = observeQueue()
  for (const item of ['a', 'b', 'c', 'a', 'c', 'd']) queue.add(item)
  expect(events).toEqual(['+a', '+b'])
  finish.get('a')!()
  await expect.poll(() => events).toEqual(['+a', '+b', '-a', '+c'])
  expect(queue.isRunning('a')).toBe(false)
  expect(queue.isRunning('d')).toBe(false)
})

it('halts what runs and what waits', async () => {
  const { queue, events } = observeQueue()
  for (const item of ['a', 'b', 'c', 'd']) queue.add(item)
  await queue.halt('c', new Error('not now'))
  await queue.halt('a', new Error('no more'))
  expect(events).toEqual(['+a', '+b', '!a no more', '+d'])
  queue.add('a')
  await queue[Symbol.asyncDispose]()
  queue.add('e')
  expect(events.slice(4)).toEqual(['!b the end', '!d the end'])
})
