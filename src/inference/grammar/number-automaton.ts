import { tabulate, type Automaton, type Machine } from './automaton.ts'
import { single, type CodePoints } from './code-points.ts'
import { decimalOf, type Decimal } from './decimal.ts'
import type { Spend } from './spend.ts'
import { UnsupportedSchema } from './unsupported-schema.ts'

export interface Bound {
  readonly value: number
  readonly exclusive: boolean
}

export interface NumberConstraints {
  readonly integer: boolean
  readonly minimum?: Bound
  readonly maximum?: Bound
  readonly multipleOf?: number
}

/** A bound of a magnitude: digits before the point, digits behind it. */
interface Limit extends Decimal {
  readonly exclusive: boolean
}

interface Range {
  readonly low: Limit
  readonly high: Limit
  /** Most digits before the point, behind it, and in all. */
  readonly digits: { whole: number; fraction: number; all: number }
  /** The magnitude times 10^scale must be a multiple of the divisor. */
  readonly divisor: { scale: number; by: number }
}

interface DigitState {
  readonly phase: 'whole' | 'point' | 'fraction'
  readonly whole: number
  readonly fraction: number
  /** The digits so far against as many of the bound's. */
  readonly toLow: number
  readonly toHigh: number
  /** Of the digits so far, read as one number. */
  readonly remainder: number
  readonly zero: boolean
}

const maxStates = 40_000
const maxDivisor = 10_000
/** Decimals of as many digits all differ as doubles, so that the text and the number obey the same bounds. */
const exactDigits = 15
const point = single(0x2e)
const minus = single(0x2d)
const digit = (value: number): CodePoints => single(0x30 + value)

/**
 * The numbers that meet the constraints, written without exponent. Integers are the safe ones, of at most 2^53 - 1;
 * other numbers have at most 15 digits.
 */
export function numberAutomaton(constraints: NumberConstraints, spend: Spend): Automaton {
  const {
    minimum = { value: -Infinity, exclusive: false },
    maximum = { value: Infinity, exclusive: false },
  } = constraints
  const positive = rangeOf(constraints, minimum, maximum, { value: 0, exclusive: false })
  const negative = rangeOf(constraints, negate(maximum), negate(minimum), { value: 0, exclusive: true })
  const machines = [positive && digitMachine(positive), negative && digitMachine(negative)] as const
  return tabulate(signed(...machines), maxStates, spend)
}

const negate = ({ value, exclusive }: Bound): Bound => ({ value: -value, exclusive })

/** The constraints on a magnitude at least `least`; nothing where no magnitude meets them. */
function rangeOf(
  { integer, multipleOf = 0 }: NumberConstraints,
  minimum: Bound,
  maximum: Bound,
  least: Bound,
): Range | undefined {
  const divisor = divisorOf(multipleOf)
  const whole = integer || (multipleOf !== 0 && divisor.scale === 0)
  const most = { value: whole ? Number.MAX_SAFE_INTEGER : 10 ** exactDigits, exclusive: !whole }
  const low =
    minimum.value < least.value || (minimum.value === least.value && least.exclusive) ? least : minimum
  const high = maximum.value > most.value ? most : maximum
  if (low.value > high.value) return undefined
  return {
    low: { ...decimalOf(low.value), exclusive: low.exclusive },
    high: { ...decimalOf(high.value), exclusive: high.exclusive },
    digits: whole
      ? { whole: 16, fraction: 0, all: 16 }
      : { whole: exactDigits, fraction: multipleOf === 0 ? exactDigits : divisor.scale, all: exactDigits },
    divisor,
  }
}

function divisorOf(multipleOf: number): { scale: number; by: number } {
  if (multipleOf === 0) return { scale: 0, by: 0 }
  const { whole, fraction } = decimalOf(multipleOf)
  const by = Number(whole + fraction)
  if (by > maxDivisor) throw new UnsupportedSchema(`multipleOf has too many digits`)
  return { scale: fraction.length, by }
}

type SignedState = { sign: '' } | { sign: '+' | '-'; state: DigitState }

function signed(
  positive: Machine<DigitState> | undefined,
  negative: Machine<DigitState> | undefined,
): Machine<SignedState> {
  const machineOf = (sign: '+' | '-') => (sign === '+' ? positive : negative)
  const steps = (sign: '+' | '-', state: DigitState) =>
    (machineOf(sign)?.next(state) ?? []).map(([on, to]) => [on, { sign, state: to }] as const)
  return {
    start: { sign: '' },
    key: (state) => (state.sign === '' ? '' : `${state.sign}${machineOf(state.sign)?.key(state.state)}`),
    accepts: (state) => state.sign !== '' && (machineOf(state.sign)?.accepts(state.state) ?? false),
    next(state) {
      if (state.sign !== '') return steps(state.sign, state.state)
      const below: [CodePoints, SignedState][] = negative
        ? [[minus, { sign: '-', state: negative.start }]]
        : []
      return positive ? [...below, ...steps('+', positive.start)] : below
    },
  }
}

const order = (a: number | string, b: number | string) => (a < b ? -1 : a > b ? 1 : 0)

const behind = ({ fraction }: Limit, from: number) => (/[1-9]/.test(fraction.slice(from)) ? -1 : 0)

function digitMachine({ low, high, digits, divisor }: Range): Machine<DigitState> {
  const hasDivisor = divisor.by > 0

  /** How the number compares with the bound if it ended here. */
  function compare(state: DigitState, bound: Limit, prefix: number): number {
    if (state.phase !== 'fraction')
      return order(state.whole, bound.whole.length) || prefix || behind(bound, 0)
    return prefix || behind(bound, state.fraction)
  }

  function accepts(state: DigitState): boolean {
    if (state.phase === 'point' || state.whole === 0) return false
    const toLow = compare(state, low, state.toLow)
    const toHigh = compare(state, high, state.toHigh)
    if (toLow < 0 || (toLow === 0 && low.exclusive)) return false
    if (toHigh > 0 || (toHigh === 0 && high.exclusive)) return false
    return !hasDivisor || (state.remainder * 10 ** (divisor.scale - state.fraction)) % divisor.by === 0
  }

  function readDigit(state: DigitState, value: number): DigitState {
    const inWhole = state.phase === 'whole'
    const at = inWhole ? state.whole : state.fraction
    const digitOf = (bound: Limit) => Number((inWhole ? bound.whole : bound.fraction)[at] ?? 0)
    return {
      phase: inWhole ? 'whole' : 'fraction',
      whole: state.whole + (inWhole ? 1 : 0),
      fraction: state.fraction + (inWhole ? 0 : 1),
      toLow: state.toLow || order(value, digitOf(low)),
      toHigh: state.toHigh || order(value, digitOf(high)),
      remainder: hasDivisor ? (state.remainder * 10 + value) % divisor.by : 0,
      zero: state.zero && value === 0,
    }
  }

  /** Before the point the shorter number is the smaller one; behind it, only the digits count. */
  function passPoint(state: DigitState): DigitState {
    return {
      ...state,
      phase: 'point',
      toLow: order(state.whole, low.whole.length) || state.toLow,
      toHigh: order(state.whole, high.whole.length) || state.toHigh,
    }
  }

  return {
    start: { phase: 'whole', whole: 0, fraction: 0, toLow: 0, toHigh: 0, remainder: 0, zero: true },
    key: (state) => Object.values(state).join(),
    accepts,
    next(state) {
      const steps: [CodePoints, DigitState][] = []
      const inWhole = state.phase === 'whole'
      const leadingZero = inWhole && state.whole > 0 && state.zero
      const room = inWhole ? state.whole < digits.whole : state.fraction < digits.fraction
      if (room && !leadingZero && state.whole + state.fraction < digits.all) {
        for (let value = 0; value < 10; value++) steps.push([digit(value), readDigit(state, value)])
      }
      const canPoint = inWhole && state.whole > 0 && digits.fraction > 0 && state.whole < digits.all
      if (canPoint) steps.push([point, passPoint(state)])
      return steps
    },
  }
}

/** Whether a number, as JSON.parse read it, meets the constraints. */
export function meetsNumberConstraints(
  value: number,
  { minimum, maximum, multipleOf }: NumberConstraints,
): boolean {
  if (minimum && (value < minimum.value || (minimum.exclusive && value === minimum.value))) return false
  if (maximum && (value > maximum.value || (maximum.exclusive && value === maximum.value))) return false
  if (multipleOf === undefined) return true
  const [number, divisor] = [decimalOf(value), decimalOf(multipleOf)]
  const scale = Math.max(number.fraction.length, divisor.fraction.length)
  const scaled = ({ whole, fraction }: Decimal) => BigInt(whole + fraction.padEnd(scale, '0'))
  return scaled(number) % scaled(divisor) === 0n
}
