import { LlmdError } from '../errors.ts'

export function issuerNotFound(name: string): LlmdError {
  return new LlmdError('issuer_not_found', `There is no issuer called ${JSON.stringify(name)}.`, {
    hint: 'List them with: llmd issuers',
  })
}

export function issuerExists(name: string): LlmdError {
  return new LlmdError('issuer_exists', `There is an issuer called ${name} already.`, {
    hint: 'Choose another name, or change that issuer.',
    param: 'name',
  })
}

export function issuerKnown(name: string): LlmdError {
  return new LlmdError('issuer_exists', `The issuer ${name} has this address already.`, {
    hint: 'Change that issuer: it may have several audiences.',
    param: 'issuer',
  })
}

/** @param problem what is wrong with it, as a verb: `answered with HTTP 500` */
export function issuerUnreachable(host: string, problem: string, cause?: unknown): LlmdError {
  return new LlmdError(
    'issuer_unreachable',
    `The keys of the issuer could not be fetched: ${host} ${problem}.`,
    {
      hint: 'llmd issuers test NAME tries it again.',
      cause,
    },
  )
}
