import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { connect } from '../../src/client/connect.ts'
import { resolvePaths } from '../../src/config/paths.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { json, openFakeDaemon } from './fake-daemon.ts'

function local(env: NodeJS.ProcessEnv = {}) {
  const paths = resolvePaths({ LLMD_HOME: temporaryFolder() })
  mkdirSync(paths.runtime, { recursive: true })
  return { paths, env, allowInProcess: false, version: '1.2.3' }
}

describe('connect', () => {
  it('finds the usual socket, and shows it no token of the environment', async () => {
    const options = local({ LLMD_TOKEN: 'sk-env' })
    await using daemon = await openFakeDaemon({ answer: json({ pid: 7 }), socket: options.paths.socket })
    await using connection = await connect(options)
    expect(connection.mode).toBe('socket')
    expect(await connection.client.status()).toEqual({ pid: 7 })
    expect(daemon.requests[0]?.headers.authorization).toBeUndefined()
    await using withToken = await connect({ ...options, token: 'sk-flag' })
    await withToken.client.status()
    expect(daemon.requests[1]?.headers.authorization).toBe('Bearer sk-flag')
  })

  it('finds the socket a daemon says it listens on', async () => {
    const options = local()
    const socket = join(temporaryFolder(), 'other place.sock')
    await using _ = await openFakeDaemon({ answer: json({ pid: 8 }), socket })
    writeFileSync(
      options.paths.daemonFile,
      JSON.stringify({ pid: 8, version: '1', listeners: [`unix://${socket}`, 'http://127.0.0.1:1'] }),
    )
    await using connection = await connect(options)
    expect(await connection.client.status()).toEqual({ pid: 8 })
  })

  it('goes only where --host says, with the token of the environment over TCP', async () => {
    await using daemon = await openFakeDaemon({ answer: json({ pid: 9 }) })
    const options = local({ LLMD_TOKEN: 'sk-env', LLMD_HOST: 'http://127.0.0.1:1' })
    await using connection = await connect({ ...options, host: daemon.address })
    expect(connection.mode).toBe('tcp')
    await connection.client.status()
    expect(daemon.requests[0]?.headers.authorization).toBe('Bearer sk-env')
  })

  it('goes where LLMD_HOST says', async () => {
    await using daemon = await openFakeDaemon({ answer: json({ pid: 10 }) })
    await using connection = await connect(local({ LLMD_HOST: daemon.address }))
    expect(await connection.client.status()).toEqual({ pid: 10 })
  })

  it('refuses an address that is none', async () => {
    await expect(connect({ ...local(), host: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('says how to start a daemon where one is needed and none runs, whatever a dead one left behind', async () => {
    const options = local()
    const left = createServer().listen(options.paths.socket)
    writeFileSync(
      options.paths.daemonFile,
      JSON.stringify({ pid: 1, version: '1', listeners: [`unix://${options.paths.socket}`] }),
    )
    await new Promise((resolve) => {
      left.once('listening', resolve)
    })
    await new Promise((resolve) => {
      left.close(resolve)
    })
    await expect(connect(options)).rejects.toMatchObject({
      code: 'daemon_unreachable',
      hint: expect.stringContaining('llmd start'),
    })
    writeFileSync(options.paths.daemonFile, '{"pid":')
    await expect(connect(options)).rejects.toMatchObject({ code: 'daemon_unreachable' })
  })
})
