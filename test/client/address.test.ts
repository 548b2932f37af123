import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress } from '../../src/client/address.ts'

describe('parseAddress', () => {
  it.each(['unix:///run/llmd.sock', 'http://127.0.0.1:5563', 'https://llm.example.org', 'http://[::1]:8080'])(
    'reads %s',
    (text) => expect(formatAddress(parseAddress(text))).toBe(text),
  )

  it('reads a path with spaces and other letters', () => {
    expect(parseAddress('unix:///tmp/a b/ü.sock')).toEqual({ kind: 'socket', path: '/tmp/a b/ü.sock' })
  })

  it.each([
    '',
    '127.0.0.1:5563',
    'localhost',
    'unix://',
    'unix:///',
    'unix://host/path',
    'ftp://host',
    'http://host/v1',
    'http://user:secret@host',
  ])('refuses %j', (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})
