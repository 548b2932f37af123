import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress } from '../../src/client/address.ts'

describe('parseAddress', () => {
  it.each(['unix:///run/llmd.sock', 'http://127.0.0.1:5563', 'https://llm.example.org', 'http://[::1]:8080'])(
    'reads %s',
    (text) => expect(formatAddress(parseAddress(text))).toBe(text),
  )

  it.each(['/tmp/a b/ü.sock', '/tmp/100%', '/tmp/%41#b?c'])('reads the path %s as it is', (path) => {
    expect(parseAddress(`unix://${path}`)).toEqual({ kind: 'socket', path })
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
