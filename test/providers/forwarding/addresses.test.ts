import { expect, test } from 'vitest'
import { classifyAddress } from '../../../src/addresses/classify-address.ts'
import { connectionTo, forward, openUpstream, patient, requestFor, startFaults } from './open-upstream.ts'

/** How URLs may spell an address of this machine. */
const loopback = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '127.0.0.1.',
  '１２７.0.0.1',
  'localhost',
  'LOCALHOST',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:ffff:127.0.0.1]',
]

const metadata = [
  '169.254.169.254',
  '169.254.43518',
  '2852039166',
  '0xa9fea9fe',
  '0xa9.0xfe.0xa9.0xfe',
  '0251.0376.0251.0376',
  '025177524776',
  '169.254.169.254.',
  '169。254。169。254',
  '169.254.170.2',
  '100.100.100.200',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[::169.254.169.254]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:a9fe:a9fe::1]',
  '[fd00:ec2::254]',
  '[fd00:0ec2:0:0:0:0:0:0254]',
]

const answering = (...addresses: string[]) => ({
  lookup: (
    _: string,
    __: object,
    callback: (error: null, found: { address: string; family: number }[]) => void,
  ) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    ),
})

test.for(loopback)('a base URL that says %s means this machine', async (host) => {
  const server = await startFaults()
  const upstream = openUpstream(connectionTo(`http://${host}:${server.port}/v1`))
  expect((await forward(upstream, requestFor('good'))).result).toMatchObject({ kind: 'answered' })
})

test.for(metadata)('a base URL that says %s is refused, allowed or not', async (host) => {
  const upstream = openUpstream(connectionTo(`http://${host}/v1`, { allowPrivate: true }))
  const { thrown } = await forward(upstream, requestFor('good'))
  expect(thrown).toMatchObject({
    code: 'upstream_unreachable',
    message: 'The host of acme leads to a metadata service of a cloud.',
  })
})

test.for([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.1.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:0:10.0.0.1',
  '::127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001:0:4136:e378:8000:63bf:80ff:fffe',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'no address',
])('%s is private', (address) => {
  expect(classifyAddress(address)).toBe('private')
})

test.for([
  '1.1.1.1',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '192.167.255.255',
  '2606:4700::1111',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
  '2002:808:808::1',
])('%s is public', (address) => {
  expect(classifyAddress(address)).toBe('public')
})

test.for([
  ['127.0.0.1', 'a private address'],
  ['::1', 'a private address'],
  ['::ffff:127.0.0.1', 'a private address'],
  ['169.254.169.254', 'a metadata service of a cloud'],
] as const)('a host name that leads to %s is refused', async ([address, what]) => {
  const server = await startFaults()
  const baseUrl = `http://models.example:${server.port}/v1`
  const upstream = openUpstream(connectionTo(baseUrl), patient, answering(address))
  const { thrown } = await forward(upstream, requestFor('good'))
  expect(thrown).toMatchObject({
    code: 'upstream_unreachable',
    message: `The host of acme leads to ${what}.`,
  })
  expect(server.requests).toHaveLength(0)
  expect(server.open).toBe(0)
})

test('so is one that leads there and elsewhere', async () => {
  const upstream = openUpstream(
    connectionTo('http://models.example/v1'),
    patient,
    answering('192.0.2.1', '10.0.0.1'),
  )
  const { thrown } = await forward(upstream, requestFor('good'))
  expect(thrown).toMatchObject({ message: 'The host of acme leads to a private address.' })
})

test('where private addresses are allowed, a name may lead to one, but not to metadata', async () => {
  const server = await startFaults()
  const connection = connectionTo(`http://models.example:${server.port}/v1`, { allowPrivate: true })
  const allowed = await forward(openUpstream(connection, patient, answering('127.0.0.1')), requestFor('good'))
  expect(allowed.result).toMatchObject({ kind: 'answered' })
  const refused = await forward(
    openUpstream(connection, patient, answering('fd00:ec2::254')),
    requestFor('good'),
  )
  expect(refused.thrown).toMatchObject({
    message: 'The host of acme leads to a metadata service of a cloud.',
  })
})
