const hour = '([01]\\d|2[0-3])'
const time = `${hour}:[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]${hour}:[0-5]\\d)`
const leapYear = '(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)'
const date = [
  '\\d{4}-(0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])',
  '\\d{4}-(0[469]|11)-(0[1-9]|[12]\\d|30)',
  '\\d{4}-02-(0[1-9]|1\\d|2[0-8])',
  `${leapYear}-02-29`,
].join('|')

const count = '\\d{1,9}'
const days = `(${count}Y(${count}M(${count}D)?)?|${count}M(${count}D)?|${count}D)`
const hours = `T(${count}H(${count}M(${count}S)?)?|${count}M(${count}S)?|${count}S)`
const byte = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const group = '[0-9a-fA-F]{1,4}'
/** An IPv6 address with zeros left out after so many groups. */
const shortened = [1, 2, 3, 4, 5, 6].map((before) => `(${group}:){${before}}(:${group}){1,${7 - before}}`)
const label = '[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?'
const mailbox = '[a-zA-Z0-9_]{1,16}([.+-][a-zA-Z0-9_]{1,15}){0,3}'

/**
 * Formats that a grammar can hold a string to, as patterns: RFC 3339 without leap seconds, RFC 9562, and of addresses
 * and names those that are in common use.
 */
export const formats = new Map([
  ['date', `^(${date})$`],
  ['time', `^${time}$`],
  ['date-time', `^(${date})T${time}$`],
  ['duration', `^P(${days}(${hours})?|${hours}|${count}W)$`],
  ['uuid', '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'],
  ['email', `^${mailbox}@(${label}\\.){1,3}[a-zA-Z]{2,24}$`],
  ['hostname', `^(${label}\\.){0,4}${label}$`],
  ['ipv4', `^(${byte}\\.){3}${byte}$`],
  ['ipv6', `^((${group}:){7}${group}|(${group}:){1,7}:|:(:${group}){1,7}|::|${shortened.join('|')})$`],
])
