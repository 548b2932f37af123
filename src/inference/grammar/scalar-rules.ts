import { isEmpty } from './automaton.ts'
import { plainRules, stringRules } from './automaton-rules.ts'
import { letters, reference, sequence, terminal, type Piece } from './gbnf.ts'
import { numberAutomaton, type NumberConstraints } from './number-automaton.ts'
import type { RuleTable } from './rule-table.ts'
import type { Spend } from './spend.ts'
import { stringAutomaton, type StringConstraints } from './string-automaton.ts'

/** Adds rules for strings. @returns the pieces to choose from; none where no string meets the constraints */
export function constrainedStrings(constraints: StringConstraints, table: RuleTable, spend: Spend): Piece[] {
  const { minLength, maxLength, patterns } = constraints
  const sources = patterns.map(({ source }) => source)
  return table.once(`string ${minLength} ${maxLength} ${JSON.stringify(sources)}`, () => {
    const automaton = stringAutomaton(constraints, spend)
    return isEmpty(automaton) ? [] : [stringRules('string', automaton, table)]
  })
}

/** Adds rules for numbers. @returns the pieces to choose from; none where no number meets the constraints */
export function constrainedNumbers(constraints: NumberConstraints, table: RuleTable, spend: Spend): Piece[] {
  const { integer, minimum, maximum, multipleOf } = constraints
  if (!integer && !minimum && !maximum && multipleOf === undefined) return [anyNumber(table)]
  return table.once(`number ${JSON.stringify(constraints)}`, () => {
    const automaton = numberAutomaton(constraints, spend)
    return isEmpty(automaton) ? [] : [plainRules(integer ? 'integer' : 'number', automaton, table)]
  })
}

/** Any number below 1e308: its digits end somewhere, and a double can hold it. */
function anyNumber(table: RuleTable): Piece {
  const rule = (name: string, ...alternatives: Piece[]) => reference(table.share(name, () => alternatives))
  const nothing = letters('')
  const fraction = rule('fraction', nothing, terminal('"." [0-9]{1,24}'))
  const exponent = rule(
    'exponent',
    terminal('[eE] [-+]{0,1} ( [0-9] | [1-9] [0-9] | [12] [0-9] [0-9] | "30" [0-7] )'),
    terminal('[eE] "-3" [0-2] [0-9]'),
  )
  const whole = terminal('( "0" | [1-9] [0-9]{0,20} )')
  const magnitude = rule(
    'magnitude',
    sequence(whole, fraction),
    sequence(terminal('[1-9]'), fraction, exponent),
  )
  return rule('number', magnitude, sequence(letters('-'), magnitude))
}
