import { Template } from '@huggingface/jinja'
import type { ChatMessage } from '../../chat/request.ts'
import { LlmdError } from '../../errors.ts'

/** The format most models were taught; for a file that brings no template of its own. */
const chatMl =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

export interface ChatRenderer {
  /** The prompt that asks for the next answer. @throws LlmdError `template_failed` with what the template said */
  render(messages: readonly ChatMessage[]): string
}

/** @param template Jinja source from the model file; it is run by an interpreter that reaches nothing outside */
export function createChatRenderer(options: {
  template: string | undefined
  bosToken: string
  eosToken: string
}): ChatRenderer {
  const template = parse(options.template ?? chatMl)
  return {
    render(messages) {
      try {
        return template.render({
          // Templates know the role by its older name.
          messages: messages.map(({ role, content }) => ({
            role: role === 'developer' ? 'system' : role,
            content,
          })),
          add_generation_prompt: true,
          bos_token: options.bosToken,
          eos_token: options.eosToken,
        })
      } catch (error) {
        throw failed('The chat template of the model refused this conversation', error)
      }
    },
  }
}

function parse(source: string): Template {
  try {
    return new Template(source)
  } catch (error) {
    throw failed('The chat template of the model cannot be read', error)
  }
}

function failed(what: string, error: unknown): LlmdError {
  const reason = error instanceof Error ? error.message : String(error)
  return new LlmdError('template_failed', `${what}: ${reason}`, { cause: error })
}
