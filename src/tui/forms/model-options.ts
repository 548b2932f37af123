import type { ModelOptions } from '../../api/models.ts'
import { parseDuration } from '../../cli/duration.ts'
import { LlmdError } from '../../errors.ts'
import type { Field, Values } from '../contract.ts'

/** The options of a model that are asked for most; the command line knows all of them. */
export const modelOptionFields: readonly Field[] = [
  {
    name: 'context',
    label: 'Context',
    kind: 'text',
    path: 'options.context',
    hint: 'Tokens a conversation may hold; empty lets llmd choose.',
  },
  {
    name: 'slots',
    label: 'Slots',
    kind: 'text',
    path: 'options.slots',
    hint: 'Requests answered at the same time; empty lets llmd choose.',
  },
  {
    name: 'ttl',
    label: 'Unload after',
    kind: 'text',
    path: 'options.ttl',
    hint: 'Idle time as 30s, 10m or 2h, or never; empty is the default of the settings.',
  },
  {
    name: 'gpu',
    label: 'GPU',
    kind: 'choice',
    path: 'options.gpu',
    choices: ['auto', 'cuda', 'vulkan', 'metal', 'off'],
  },
  {
    name: 'kv_type',
    label: 'KV cache',
    kind: 'choice',
    path: 'options.kv_type',
    choices: ['auto', 'f16', 'q8_0', 'q4_0', 'f32'],
    hint: 'The smaller ones take less memory and lose some accuracy.',
  },
  {
    name: 'pinned',
    label: 'Pinned',
    kind: 'switch',
    path: 'options.pinned',
    hint: "Never unloaded of llmd's own accord.",
  },
  {
    name: 'preload',
    label: 'Preloaded',
    kind: 'switch',
    path: 'options.preload',
    hint: 'Loaded when the daemon starts.',
  },
]

type OptionName = 'context' | 'slots' | 'ttl' | 'gpu' | 'kv_type' | 'pinned' | 'preload'

const names: readonly OptionName[] = ['context', 'slots', 'ttl', 'gpu', 'kv_type', 'pinned', 'preload']

/** What the fields show of options. */
export function modelOptionValues({
  context,
  slots,
  ttl,
  gpu,
  kv_type,
  pinned,
  preload,
}: ModelOptions): Values {
  return {
    context: context === undefined ? '' : String(context),
    slots: slots === undefined ? '' : String(slots),
    ttl: ttl === undefined ? '' : ttl === null ? 'never' : formatTtl(ttl),
    gpu: gpu ?? 'auto',
    kv_type: kv_type ?? 'auto',
    pinned: pinned ? 'yes' : 'no',
    preload: preload ? 'yes' : 'no',
  }
}

/** What was entered, without what llmd is to choose. @throws LlmdError for what is no number or no duration */
export function readModelOptions(values: Values): {
  options: Record<string, unknown>
  chosenByLlmd: OptionName[]
} {
  const read: Record<OptionName, unknown> = {
    context: readNumber(values, 'context'),
    slots: readNumber(values, 'slots'),
    ttl: readTtl(values['ttl'] ?? ''),
    gpu: values['gpu'] === 'auto' ? undefined : values['gpu'],
    kv_type: values['kv_type'] === 'auto' ? undefined : values['kv_type'],
    pinned: values['pinned'] === 'yes' || undefined,
    preload: values['preload'] === 'yes' || undefined,
  }
  return {
    options: Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)),
    chosenByLlmd: names.filter((name) => read[name] === undefined),
  }
}

function readNumber(values: Values, name: string): number | undefined {
  const text = (values[name] ?? '').trim()
  if (text === '') return undefined
  if (/^\d+$/.test(text)) return Number(text)
  throw new LlmdError('invalid_request', 'A whole number is needed.', { param: `options.${name}` })
}

function readTtl(text: string): number | null | undefined {
  if (text.trim() === '') return undefined
  if (text.trim() === 'never') return null
  try {
    return parseDuration(text.trim()) / 1000
  } catch {
    throw new LlmdError('invalid_request', 'Write it as 30s, 10m, 2h or 1d, or never.', {
      param: 'options.ttl',
    })
  }
}

/** In the largest unit that says it exactly. */
function formatTtl(seconds: number): string {
  const units: [name: string, size: number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ]
  const [name, size] = units.find(([, unit]) => seconds % unit === 0) ?? ['s', 1]
  return `${seconds / size}${name}`
}
