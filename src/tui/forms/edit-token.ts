import type { EditToken, Token } from '../../api/tokens.ts'
import { formatTokenEnd } from '../../cli/format-token.ts'
import type { Form } from '../contract.ts'
import { checkWith } from '../dialogs/check-with.ts'
import { defineForm } from '../dialogs/define-form.ts'
import { limitFields, limitValues, readLimits } from './token-limits.ts'
import { readEnd, readScopes, scopeFields, scopeValues } from './token-fields.ts'

/** Changes a token; its key stays. */
export function editTokenForm(token: Token): Form {
  return defineForm<EditToken>({
    id: `edit-token ${token.id}`,
    title: `Edit ${token.name}`,
    submit: 'Save',
    initial: { name: token.name, expires: '', ...scopeValues(token), ...limitValues(token) },
    fields: (values) => [
      { name: 'name', label: 'Name', kind: 'text' },
      ...scopeFields,
      {
        name: 'expires',
        label: 'Expires in',
        kind: 'text',
        path: 'expires_at',
        hint: `As in 90d from now on, or never; empty leaves it: ${formatTokenEnd(token)}.`,
      },
      ...limitFields(values),
    ],
    body({ name = '', expires = '', ...values }) {
      const scopes = readScopes(values)
      return {
        name: name.trim(),
        ...(scopes.join() !== token.scopes.join() && { scopes }),
        ...(expires.trim() !== '' && { expires_at: readEnd(expires.trim()) }),
        ...readLimits(values, limitValues(token)),
      }
    },
    check: checkWith(async () => (await import('../../api/tokens.ts')).editTokenSchema),
    async send(client, body) {
      const { name } = await client.editToken(token.id, body)
      return [
        { type: 'toast', tone: 'good', text: `${name} is saved.` },
        { type: 'refresh', feeds: ['tokens'] },
      ]
    },
  })
}
