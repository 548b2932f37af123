import { createTaggedFormat } from './tagged-format.ts'

const mark = '｜DSML｜'

/**
 * MiniMax M2: all calls in `<minimax:tool_call>`, each
 * `<invoke name="get_weather">\n<parameter name="city">Oslo</parameter>\n</invoke>`.
 */
export const minimax = createTaggedFormat('minimax', {
  open: '<minimax:tool_call>',
  close: '</minimax:tool_call>',
  holds: 'all calls',
  beforeName: '<invoke name="',
  afterName: '">',
  beforeKey: '<parameter name="',
  afterKey: [{ text: '">' }],
  beforeValue: '',
  afterValue: '</parameter>',
  valueOnOwnLine: false,
  end: '</invoke>',
})

/** DeepSeek V3.2: the same with a mark in each tag, and parameters that say whether they are `string="true"`. */
export const deepseekMarkup = createDeepseekMarkup('deepseek-markup', 'function_calls', 'tool_calls')

/** DeepSeek V4: the block has another name. */
export const deepseekMarkup4 = createDeepseekMarkup('deepseek-markup-4', 'tool_calls', 'function_calls')

function createDeepseekMarkup(name: string, block: string, otherBlock: string) {
  return createTaggedFormat(name, {
    open: `<${mark}${block}>`,
    close: `</${mark}${block}>`,
    otherOpeners: [`<${mark}${otherBlock}>`],
    holds: 'all calls',
    beforeName: `<${mark}invoke name="`,
    afterName: '">',
    beforeKey: `<${mark}parameter name="`,
    afterKey: [
      { text: '" string="true">', isText: true },
      { text: '" string="false">', isText: false },
      { text: '">' },
    ],
    beforeValue: '',
    afterValue: `</${mark}parameter>`,
    valueOnOwnLine: false,
    end: `</${mark}invoke>`,
  })
}
