import type { CallTags } from './call-tags.ts'
import { createTaggedFormat } from './tagged-format.ts'

const tags: CallTags = {
  open: '<tool_call>',
  close: '</tool_call>',
  holds: 'one call',
  beforeName: '<function=',
  afterName: '>',
  beforeKey: '<parameter=',
  afterKey: [{ text: '>' }],
  beforeValue: '',
  afterValue: '</parameter>',
  valueOnOwnLine: true,
  end: '</function>',
}

/**
 * Qwen 3 Coder and 3.5, Nemotron 3 and Step 3.5:
 * `<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n</function>\n</tool_call>`.
 */
export const qwenCoder = createTaggedFormat('qwen-coder', tags)

/** Seed OSS: the same in tags of its own, `<parameter=city>Oslo</parameter>` on one line. */
export const seed = createTaggedFormat('seed', {
  ...tags,
  open: '<seed:tool_call>',
  close: '</seed:tool_call>',
  valueOnOwnLine: false,
})
