import { describe, expect, it } from 'vitest'
import { greeting } from '../../src/cli/greeting.ts'
import { isLoopback } from '../../src/cli/is-loopback.ts'
import { reachableUrl } from '../../src/cli/reachable-url.ts'

describe('greeting', () => {
  const listeners = ['unix:///run/llmd.sock', 'http://0.0.0.0:8080']

  it('says where the daemon listens', () => {
    expect(greeting({ listeners, firstToken: null })).toBe(
      'Listening on unix:///run/llmd.sock and http://0.0.0.0:8080',
    )
  })

  it('shows the first token in a command that can be pasted', () => {
    const text = greeting({ listeners, firstToken: 'sk-llmd-v1-secret' })
    expect(text).toContain('curl http://127.0.0.1:8080/v1/chat/completions')
    expect(text).toContain(`-H 'Authorization: Bearer sk-llmd-v1-secret'`)
    expect(text).toContain('"model":"llmd-demo"')
  })
})

describe('reachableUrl', () => {
  it.each([
    [['unix:///s', 'http://127.0.0.1:5563'], 'http://127.0.0.1:5563'],
    [['http://[::]:5563'], 'http://[::1]:5563'],
    [['http://192.168.1.5:80'], 'http://192.168.1.5'],
    [['unix:///s'], undefined],
    [[], undefined],
  ])('of %j is %s', (listeners, url) => expect(reachableUrl(listeners)).toBe(url))
})

describe('isLoopback', () => {
  it.each(['unix:///run/llmd.sock', 'http://127.0.0.1:5563', 'http://[::1]:5563', 'http://localhost:1'])(
    '%s is',
    (listener) => expect(isLoopback(listener)).toBe(true),
  )
  it.each(['http://0.0.0.0:5563', 'http://[::]:5563', 'http://127.evil.example:1'])('%s is not', (listener) =>
    expect(isLoopback(listener)).toBe(false),
  )
})
