import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEventQueue } from '../../src/inference/event-queue.ts'

describe('createEventQueue', () => {
  test('gives everything once, in order, whether it is pushed before or while it is read', async () => {
    // true: an item is pushed; false: the reader gets a turn.
    const steps = fc.array(fc.boolean(), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (pushes, fails) => {
        const queue = createEventQueue<{ number: number }>()
        const read: number[] = []
        const reader = (async () => {
          for await (const { number } of queue) read.push(number)
        })()
        let pushed = 0
        for (const push of pushes) {
          if (push) queue.push({ number: pushed++ })
          else await Promise.resolve()
        }
        const end = fails ? () => queue.fail(new Error('broken')) : () => queue.end()
        end()
        const [{ status }] = await Promise.allSettled([reader])
        expect(status).toBe(fails ? 'rejected' : 'fulfilled')
        expect(read).toEqual(Array.from({ length: pushed }, (_, number) => number))
      }),
    )
  })

  test('the first way to end counts, and nothing gets in after it', async () => {
    const ended = createEventQueue<string>()
    ended.push('one')
    ended.end()
    ended.fail(new Error('too late'))
    ended.push('too late')
    await expect(Array.fromAsync(ended)).resolves.toEqual(['one'])

    const failed = createEventQueue<string>()
    failed.fail(new Error('broken'))
    failed.end()
    await expect(failed.next()).rejects.toThrow('broken')
  })

  test('wakes a reader that waits', async () => {
    const queue = createEventQueue<string>()
    const first = queue.next()
    queue.push('one')
    await expect(first).resolves.toEqual({ value: 'one', done: false })
    const second = queue.next()
    queue.end()
    await expect(second).resolves.toEqual({ value: undefined, done: true })
  })

  test('is over for good', async () => {
    const queue = createEventQueue<string>()
    queue.end()
    await queue.next()
    await expect(queue.next()).resolves.toEqual({ value: undefined, done: true })
  })
})
