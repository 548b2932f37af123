import type { AsksForNothing } from '../openai-common/refuse-unsupported.ts'

const never: AsksForNothing = () => false
const isTextOnly: AsksForNothing = (value) =>
  Array.isArray(value) && value.every((modality) => modality === 'text')

/** What a local model cannot do, and which values ask for none of it. */
export const unsupportedParameters = {
  audio: never,
  modalities: isTextOnly,
  moderation: never,
  store: (value) => value === false,
  web_search_options: never,
} satisfies Record<string, AsksForNothing>
