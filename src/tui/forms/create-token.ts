import type { CreateToken } from '../../api/tokens.ts'
import type { Form } from '../contract.ts'
import { checkWith } from '../dialogs/check-with.ts'
import { defineForm } from '../dialogs/define-form.ts'
import { showKey } from '../dialogs/show-key.ts'
import { limitFields, limitValues, readLimits } from './token-limits.ts'
import { readEnd, readScopes, scopeFields, scopeValues } from './token-fields.ts'

/** Makes a token, and shows its key. */
export function createTokenForm(): Form {
  return defineForm<CreateToken>({
    id: 'create-token',
    title: 'Make a token',
    submit: 'Make it',
    initial: { name: '', expires: 'never', ...scopeValues({ scopes: ['llm-all'] }), ...limitValues() },
    fields: (values) => [
      { name: 'name', label: 'Name', kind: 'text', hint: 'Who or what it is for, as in laptop.' },
      ...scopeFields,
      {
        name: 'expires',
        label: 'Expires in',
        kind: 'text',
        path: 'expires_at',
        hint: 'As in 12h or 90d, or never.',
      },
      ...limitFields(values),
    ],
    body: ({ name = '', expires = '', ...values }) => ({
      name: name.trim(),
      scopes: readScopes(values),
      expires_at: readEnd(expires.trim() || 'never'),
      ...readLimits(values, limitValues()),
    }),
    check: checkWith(async () => (await import('../../api/tokens.ts')).createTokenSchema),
    send: async (client, body) => [
      showKey(await client.createToken(body)),
      { type: 'refresh', feeds: ['tokens'] },
    ],
  })
}
