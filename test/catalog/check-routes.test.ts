import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRoutes } from '../../src/catalog/check-routes.ts'

const check = (routes: Record<string, string[]>) => () => checkRoutes(new Map(Object.entries(routes)))

const refused = (message: string) =>
  expect.objectContaining({
    code: 'invalid_request',
    param: 'targets',
    message: expect.stringContaining(message),
  })

describe('routes', () => {
  it.each([[{}], [{ a: ['x', 'y'] }], [{ a: ['b', 'c'], b: ['c', 'x'], c: ['x'] }]])(
    '%j are taken',
    (routes) => expect(check(routes)).not.toThrow(),
  )

  it.each([
    [{ a: ['a'] }, 'a -> a'],
    [{ a: ['x', 'b'], b: ['a'] }, 'a -> b -> a'],
    [{ a: ['b'], b: ['c'], c: ['b'] }, 'b -> c -> b'],
  ])('%j lead in a circle', (routes, way) => expect(check(routes)).toThrow(refused(way)))

  it('are at most three deep, wherever the change was', () => {
    expect(check({ d: ['x'], c: ['d'], b: ['c'], a: ['b'] })).toThrow(refused('a would stand for'))
  })

  it('that are taken end in plain models within three steps', () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    const routes = fc.dictionary(
      fc.constantFrom(...names),
      fc.uniqueArray(fc.constantFrom(...names, 'x', 'y'), { minLength: 1, maxLength: 3 }),
    )
    fc.assert(
      fc.property(routes, (all) => {
        const isRefused = (() => {
          try {
            check(all)()
            return false
          } catch {
            return true
          }
        })()
        let front = Object.keys(all)
        for (let step = 0; step < 3; step++) front = front.flatMap((name) => all[name] ?? [])
        expect(isRefused).toBe(front.some((name) => Object.hasOwn(all, name)))
      }),
    )
  })
})
