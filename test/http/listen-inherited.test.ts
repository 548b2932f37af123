import { closeSync, openSync } from 'node:fs'
import { expect, it } from 'vitest'
import { listenInherited } from '../../src/http/listen-inherited.ts'
import { fakeApp } from './fake-services.ts'

const refused = expect.objectContaining({
  code: 'listen_failed',
  hint: expect.stringContaining('ListenStream='),
})

it('refuses a descriptor that is no socket', async () => {
  const fd = openSync('/dev/null', 'r')
  try {
    await expect(listenInherited({ app: fakeApp().app, fd })).rejects.toEqual(refused)
  } finally {
    closeSync(fd)
  }
})

it('refuses a descriptor that is not open', async () => {
  await expect(listenInherited({ app: fakeApp().app, fd: 999 })).rejects.toEqual(refused)
})
