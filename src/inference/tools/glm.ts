import { createTaggedFormat } from './tagged-format.ts'

/**
 * GLM since 4.5:
 * `<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n</tool_call>`; since 4.7 without
 * line breaks.
 */
export const glm = createTaggedFormat('glm', {
  open: '<tool_call>',
  close: '</tool_call>',
  holds: 'one call',
  beforeName: '',
  afterName: '',
  beforeKey: '<arg_key>',
  afterKey: [{ text: '</arg_key>' }],
  beforeValue: '<arg_value>',
  afterValue: '</arg_value>',
  valueOnOwnLine: false,
  end: '',
})
