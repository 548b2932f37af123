const hour = '([01]\\d|2[0-3])'
const time = `${hour}:[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]${hour}:[0-5]\\d)`
const leapYear = '(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)'
const date = [
  '\\d{4}-(0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])',
  '\\d{4}-(0[469]|11)-(0[1-9]|[12]\\d|30)',
  '\\d{4}-02-(0[1-9]|1\\d|2[0-8])',
  `${leapYear}-02-29`,
].join('|')

/** Formats that a grammar can hold a string to, as patterns: RFC 3339 without leap seconds, RFC 9562. */
export const formats = new Map([
  ['date', `^(${date})$`],
  ['time', `^${time}$`],
  ['date-time', `^(${date})T${time}$`],
  ['uuid', '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'],
])
