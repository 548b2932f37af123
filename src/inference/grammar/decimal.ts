/** Digits of a magnitude, without leading zeros before the point (but "0") and trailing ones behind it. */
export interface Decimal {
  readonly whole: string
  readonly fraction: string
}

/** The magnitude of a finite number as JSON.stringify writes it, its exponent written out. */
export function decimalOf(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = String(Math.abs(value)).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const shift = Number(exponent)
  if (shift >= 0) {
    const padded = fraction.padEnd(shift, '0')
    return { whole: trimStart(whole + padded.slice(0, shift)), fraction: trimEnd(padded.slice(shift)) }
  }
  const padded = whole.padStart(-shift + 1, '0')
  return { whole: trimStart(padded.slice(0, shift)), fraction: trimEnd(padded.slice(shift) + fraction) }
}

const trimStart = (digits: string) => digits.replace(/^0+(?=\d)/, '')
const trimEnd = (digits: string) => digits.replace(/0+$/, '')
