import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** `metadata`: where clouds hand out credentials. `private`: this machine, or a network that is not the internet. */
export type AddressKind = 'metadata' | 'private' | 'public'

const metadata = blockList(
  // AWS, Azure, Google, Oracle and others; containers and pods on AWS.
  '169.254.169.0/24',
  '169.254.170.0/24',
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  // Alibaba, Azure's wire server, Oracle's older service.
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
)

const notPublic = blockList(
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b:1::/48',
  '100::/64',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
)

/** What an IP address leads to, also where IPv6 carries an IPv4 address. What is no address counts as private. */
export function classifyAddress(address: string): AddressKind {
  const plain = address.replace(/%.*$/, '')
  const carried = isIPv6(plain) ? carriedIpv4(plain) : null
  const all = carried === null ? [plain] : [plain, carried]
  if (all.some((one) => isIn(metadata, one))) return 'metadata'
  const isKnown = isIPv4(plain) || isIPv6(plain)
  return !isKnown || all.some((one) => isIn(notPublic, one)) ? 'private' : 'public'
}

function blockList(...networks: string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6')
  }
  return list
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** The IPv4 address to which mapped, NAT64, 6to4 and Teredo addresses lead. */
function carriedIpv4(address: string): string | null {
  const groups = groupsOf(address)
  const [first, second] = groups
  const last = groups.slice(6)
  const starts = (...head: number[]) => head.every((group, index) => groups[index] === group)
  const mapped = starts(0, 0, 0, 0, 0) || starts(0, 0, 0, 0, 0xffff, 0)
  if (mapped || starts(0x64, 0xff9b, 0, 0, 0, 0)) return dotted(last)
  if (first === 0x2002) return dotted(groups.slice(1, 3))
  if (first === 0x2001 && second === 0) return dotted(last.map((group) => group ^ 0xffff))
  return null
}

function groupsOf(address: string): number[] {
  // The URL parser writes every form in the one canonical way.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1)
  const [head = [], tail = []] = canonical
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16))))
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]
}

function dotted(groups: number[]): string {
  return groups.flatMap((group) => [group >> 8, group & 0xff]).join('.')
}
