import { expect, it } from 'vitest'
import { createSpeedometer } from '../../src/downloads/speedometer.ts'

it('tells the speed of the last five seconds', () => {
  let now = 0
  const speed = createSpeedometer(() => now)
  expect(speed.read()).toBe(0)
  for (; now < 2000; now += 10) speed.add(1000)
  expect(speed.read()).toBe(100_000)
  for (; now < 20_000; now += 10) speed.add(500)
  expect(speed.read()).toBeGreaterThan(48_000)
  expect(speed.read()).toBeLessThan(52_000)
  now += 6000
  expect(speed.read()).toBe(0)
})
