import { expect } from 'vitest'
import { statusSchema, type Status } from '../../src/api/status.ts'
import type { Llmd } from './llmd.ts'

/** What a command prints with --json. */
export async function json(llmd: Llmd, args: string[]) {
  const { stdout, stderr } = await llmd.run([...args, '--json'])
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

export const statusOf = async (llmd: Llmd): Promise<Status> =>
  statusSchema.parse(await json(llmd, ['status']))
export const urlOf = ({ listeners }: Status) =>
  listeners.find((listener) => listener.startsWith('http:')) ?? ''
export const namesOf = (list: { data: { name: string }[] }) => list.data.map(({ name }) => name).toSorted()
