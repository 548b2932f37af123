import type { AddDownload } from '../../api/downloads.ts'
import type { Form } from '../contract.ts'
import { checkWith } from '../dialogs/check-with.ts'
import { defineForm } from '../dialogs/define-form.ts'
import { modelOptionFields, modelOptionValues, readModelOptions } from './model-options.ts'

/** Has the daemon download a model. */
export function pullModelForm(): Form {
  return defineForm<AddDownload>({
    id: 'pull-model',
    title: 'Pull a model',
    submit: 'Pull',
    initial: { source: 'hf:', name: '', ...modelOptionValues({}) },
    fields: () => [
      {
        name: 'source',
        label: 'Source',
        kind: 'text',
        hint: 'hf:OWNER/REPO, hf:OWNER/REPO:Q4_K_M, hf:OWNER/REPO/FILE or https://HOST/FILE.gguf',
      },
      {
        name: 'name',
        label: 'Name',
        kind: 'text',
        hint: 'What clients will call it; empty lets the source tell.',
      },
      ...modelOptionFields,
    ],
    body: ({ source = '', name = '', ...values }) => ({
      // An address that is pasted comes behind what stands there.
      source: source.trim().replace(/^hf:(?=https?:)/, ''),
      ...(name.trim() !== '' && { name: name.trim() }),
      options: readModelOptions(values).options,
    }),
    check: checkWith(async () => (await import('../../api/downloads.ts')).addDownloadSchema),
    async send(client, body) {
      const { name } = await client.addDownload(body)
      return [
        { type: 'toast', tone: 'good', text: `Pulling ${name}.` },
        { type: 'refresh', feeds: ['downloads'] },
      ]
    },
  })
}
