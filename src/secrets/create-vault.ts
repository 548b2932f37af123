import { randomBytes, randomUUID } from 'node:crypto'
import { LlmdError, toLlmdError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { SecretStore } from '../storage/secret-store.ts'
import { transact, type Queries } from '../storage/transact.ts'
import { createVaultTable, type VaultRow } from '../storage/vault-table.ts'
import { addKeys, createKeyHomes, type KeyHomesOptions } from './key-homes.ts'
import { generateMasterKey, type MasterKey } from './master-key.ts'
import { reencrypt } from './reencrypt.ts'
import { openExport, sealExport } from './sealed-export.ts'
import type { VaultManagement } from './vault.ts'
import { describeState, openState, requireOpen, type OpenState, type VaultState } from './vault-state.ts'

export interface VaultOptions {
  database: Queries
  /** Every column that holds what this vault encrypted. */
  stores: SecretStore[]
  homes: KeyHomesOptions
  log: Log
}

/** A sealed vault looks for its key no more often than this, unless it is told to. */
const retryMs = 5000

/** Opens the vault, or leaves it sealed: it never throws for want of a key. */
export async function createVault({ database, stores, homes, log }: VaultOptions): Promise<VaultManagement> {
  const table = createVaultTable(database)
  const keyHomes = createKeyHomes(homes)
  const homeOf = ({ home, id }: VaultRow) => keyHomes.home(home, id)

  const look = async (row: VaultRow): Promise<VaultState> => {
    try {
      return openState(row, await homeOf(row).read())
    } catch (error) {
      const problem = toLlmdError(error)
      log.warn('the vault is sealed', { home: row.home, reason: problem.message })
      return { is: 'sealed', row, problem, since: performance.now() }
    }
  }

  const create = async (): Promise<OpenState> => {
    const id = randomUUID()
    const { home, keys } = await keyHomes.settle(id)
    const row = { id, home: home.name, check: keys[0]!.check, kid: newKid(), former: [] }
    await table.write(row)
    log.info('the vault has its master key', { home: home.name })
    return openState(row, keys)
  }

  /** Only at the start, when nobody holds a text in memory that needs them and may be stored again. */
  const leaveFormerKeys = async (opened: OpenState): Promise<OpenState> => {
    const { row, keyring } = opened
    try {
      await transact(database, (within) => reencrypt(keyring, { stores, within }))
      const kept = opened.masters.filter(({ check }) => !row.former.includes(check))
      await homeOf(row).write?.(kept)
      const settled = { ...row, former: [] }
      await table.write(settled)
      return openState(settled, kept)
    } catch (error) {
      log.warn('former master keys are kept', { reason: toLlmdError(error).message })
      return opened
    }
  }

  const start = async (): Promise<VaultState> => {
    const row = await table.read()
    if (!row) return { is: 'empty' }
    const found = await look(row)
    return found.is === 'open' && row.former.length > 0 ? leaveFormerKeys(found) : found
  }

  let state = await start()
  const now = (): VaultState => state

  let turn: Promise<unknown> = Promise.resolve()
  /** One after another: each changes the state. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work)
    turn = result.catch(() => {})
    return result
  }

  let retry: Promise<void> | undefined
  const lookAgain = (): Promise<void> => {
    retry ??= inTurn(async () => {
      const sealed = now()
      if (sealed.is === 'sealed') state = await look(sealed.row)
    }).finally(() => (retry = undefined))
    return retry
  }
  const lookAgainWhenDue = async (): Promise<void> => {
    const sealed = now()
    if (sealed.is === 'sealed' && performance.now() - sealed.since >= retryMs) await lookAgain()
  }

  return {
    status: () => describeState(now()),

    async reopen() {
      await lookAgain()
      return describeState(now())
    },

    async encrypt(secret, place) {
      await lookAgainWhenDue()
      if (now().is === 'empty') {
        await inTurn(async () => {
          if (now().is === 'empty') state = await create()
        })
      }
      return requireOpen(now()).keyring.encrypt(secret, place)
    },

    decrypt(stored, place) {
      const current = now()
      if (current.is === 'sealed') void lookAgainWhenDue()
      const secret = current.is === 'empty' ? undefined : requireOpen(current).keyring.decrypt(stored, place)
      if (secret) return secret
      throw new LlmdError(
        'data_corrupt',
        `The secret of ${place.row} was altered, or belongs to another place.`,
        { hint: 'Give it anew.' },
      )
    },

    rotate: () =>
      inTurn(async () => {
        if (now().is === 'empty') return { ...describeState(now()), reencrypted: 0 }
        const { row, masters } = requireOpen(now())
        const home = homeOf(row)
        // Of a home that is the operator's, whatever key stands first now.
        const [next] = home.write ? [generateMasterKey()] : await home.read()
        if (!next) throw new LlmdError('sealed', 'The credential with the master key is gone.')
        const keys = [next, ...masters.filter(({ check }) => check !== next.check)]
        // Whichever way the transaction ends, the home has the key that is then in force.
        if (home.write) await addKeys(home, keys)
        const former = [row.check, ...row.former].filter((check) => check !== next.check)
        const rotated = openState({ ...row, check: next.check, kid: newKid(), former }, keys)
        const reencrypted = await transact(database, async (within) => {
          const count = await reencrypt(rotated.keyring, { stores, within })
          await createVaultTable(within).write(rotated.row)
          return count
        })
        state = rotated
        log.info('the vault has a new key', { reencrypted })
        return { ...describeState(rotated), reencrypted }
      }),

    async export(passphrase) {
      const current = now()
      if (current.is !== 'empty') return sealExport(requireOpen(current).masters, passphrase)
      throw new LlmdError('invalid_request', 'There is no master key yet.', {
        hint: 'It is made when the first secret is kept.',
      })
    },

    async import(text, passphrase) {
      if (now().is === 'empty') throw notOurs()
      const imported = await openExport(text, passphrase)
      return inTurn(async () => {
        const current = now()
        if (current.is === 'empty' || !holds(imported, current.row.check)) throw notOurs()
        const { row } = current
        const known = current.is === 'open' ? current.masters : []
        const keys = [...imported, ...known.filter(({ check }) => !holds(imported, check))]
        const settled = await keyHomes.settle(row.id, keys)
        const moved = openState({ ...row, home: settled.home.name }, settled.keys)
        await table.write(moved.row)
        state = moved
        log.info('the vault has its master key', { home: moved.row.home })
        return describeState(moved)
      })
    },
  }
}

function notOurs(): LlmdError {
  return new LlmdError('invalid_request', 'This is not the master key of this vault.', {
    hint: 'It takes an export made here after the last "llmd vault rotate", or the database from before it.',
    param: 'export',
  })
}

function holds(keys: MasterKey[], check: string): boolean {
  return keys.some((key) => key.check === check)
}

function newKid(): string {
  return randomBytes(8).toString('hex')
}
