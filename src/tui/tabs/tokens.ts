import type { Token } from '../../api/tokens.ts'
import { formatRelativeTime } from '../../cli/format.ts'
import { formatToken, formatTokenEnd } from '../../cli/format-token.ts'
import type { App, Effect, Tab } from '../contract.ts'
import { confirm } from '../dialogs/confirm.ts'
import { openForm } from '../dialogs/form.ts'
import { showKey } from '../dialogs/show-key.ts'
import { showText } from '../dialogs/show-text.ts'
import type { CellText } from '../draw/table.ts'
import { createTokenForm } from '../forms/create-token.ts'
import { editTokenForm } from '../forms/edit-token.ts'
import { listTab, type ListState } from './list-tab.ts'

/** The tokens that clients show, and what each may do. */
export function tokensTab(): Tab<ListState> {
  return listTab<Token>({
    id: 'tokens',
    title: 'Tokens',
    feeds: ['tokens'],
    rows: ({ data }) => (data.tokens ?? []).toSorted((one, other) => overAs(one) - overAs(other)),
    // Names are free again once a token is revoked.
    key: (token) => (token.revoked_at === null ? token.name : token.id),
    empty: () => 'There are no tokens yet. Press a to make one.',
    columns: [
      { title: 'NAME', width: 16, grows: true, cell: ({ name }) => ({ text: name, style: 'strong' }) },
      { title: 'TOKEN', width: 26, drop: 1, cell: ({ masked }) => ({ text: masked, style: 'muted' }) },
      { title: 'SCOPES', width: 15, grows: true, cell: describeScopes },
      {
        title: 'CREATED',
        width: 14,
        drop: 2,
        cell: ({ created_at }, { now }) => ({ text: formatRelativeTime(created_at, now), style: 'muted' }),
        order: ({ created_at }) => created_at,
      },
      { title: 'EXPIRES', width: 12, cell: describeEnd, order: endOf },
    ],
    actions: [
      {
        name: 'show',
        key: 'enter',
        title: 'Show',
        help: 'All there is to know of a token, which never is its key',
        run: (token) => (token ? [showText(token.name, formatToken(token))] : []),
      },
      {
        name: 'add',
        key: 'a',
        title: 'Add',
        help: 'Make a token; its key is shown this once',
        free: true,
        run: () => [openForm(createTokenForm())],
      },
      {
        name: 'edit',
        key: 'e',
        title: 'Edit',
        help: 'Change the name, the scopes or the end of a token',
        ready: isKept,
        run: (token) => (token ? [openForm(editTokenForm(token))] : []),
      },
      {
        name: 'rotate',
        key: 'r',
        title: 'Rotate',
        help: 'Give a token another key; the one that it has is refused at once',
        ready: isLive,
        run: (token) => (token ? rotate(token) : []),
      },
      {
        name: 'revoke',
        key: 'd',
        title: 'Revoke',
        help: 'Refuse a token from now on and for good',
        ready: isKept,
        run: (token) => (token ? revoke(token) : []),
      },
    ],
  })
}

function isKept({ revoked_at }: Token): boolean {
  return revoked_at === null
}

function isLive(token: Token, { now }: App): boolean {
  return isKept(token) && (token.expires_at === null || Date.parse(token.expires_at) > now)
}

/** Those that are of no more use come last. */
function overAs({ revoked_at }: Token): number {
  return revoked_at === null ? 0 : 1
}

function describeScopes({ scopes, revoked_at }: Token): CellText {
  const mayManage = scopes.includes('admin') && revoked_at === null
  return { text: scopes.join(', '), ...(mayManage && { style: 'accent' as const }) }
}

const soonMs = 7 * 86_400_000

function describeEnd(token: Token, app: App): CellText {
  const text = formatTokenEnd(token, app.now)
  if (!isLive(token, app)) return { text, style: 'bad' }
  if (token.expires_at === null) return { text, style: 'muted' }
  return { text, style: Date.parse(token.expires_at) - app.now < soonMs ? 'warn' : 'good' }
}

function endOf({ revoked_at, expires_at }: Token): number {
  if (revoked_at !== null) return Number.NEGATIVE_INFINITY
  return expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(expires_at)
}

function rotate({ id, name }: Token): readonly Effect[] {
  const text = 'It gets another key. Whoever uses the one that it has loses access at once.'
  return [
    confirm({ title: `Replace the key of ${name}?`, text, yes: 'Replace it' }, [
      {
        type: 'ask',
        what: `Rotate ${name}`,
        run: async (client) => [
          showKey(await client.rotateToken(id)),
          { type: 'refresh', feeds: ['tokens'] },
        ],
      },
    ]),
  ]
}

function revoke({ id, name }: Token): readonly Effect[] {
  const text = 'Whoever uses it loses access at once. This is for good.'
  return [
    confirm({ title: `Revoke ${name}?`, text, yes: 'Revoke' }, [
      {
        type: 'ask',
        what: `Revoke ${name}`,
        async run(client) {
          await client.revokeToken(id)
          return [
            { type: 'toast', tone: 'good', text: `${name} is revoked.` },
            { type: 'refresh', feeds: ['tokens'] },
          ]
        },
      },
    ]),
  ]
}
