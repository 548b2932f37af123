import { expect, it } from 'vitest'
import { detectFormat } from '../../../src/inference/tools/detect-format.ts'

/** Chat templates, abbreviated to what the families differ in. */
const templates: [model: string, format: string, template: string][] = [
  [
    'Qwen 2.5',
    'hermes',
    String.raw`{%- if tools %}{{- '<|im_start|>system\n' }}{{- "\n\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call><|im_end|>\n" }}{%- endif %}`,
  ],
  [
    'Qwen 3',
    'hermes',
    String.raw`{%- for tool_call in message.tool_calls %}{{- '<tool_call>\n{"name": "' }}{{- tool_call.name }}{{- '", "arguments": ' }}{%- endfor %}{%- if enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}{%- endif %}`,
  ],
  [
    'Hermes 3 on Llama 3.1',
    'hermes',
    String.raw`{{bos_token}}{% for message in messages %}{{'<|start_header_id|>' + message['role'] }}{{- "<tool_call>\n" }}{{- '{"name": "' }}{% endfor %}{# "parameters" #}`,
  ],
  [
    'Qwen 3 Coder',
    'qwen-coder',
    String.raw`{{- '\n<tool_call>\n<function=' + tool_call.name + '>\n' }}{{- '<parameter=' + args_name + '>\n' }}`,
  ],
  [
    'Qwen 3.5',
    'qwen-coder',
    String.raw`{{- '<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>' }}{{- '<tool_call>\n{"name": "' }}{{- '<think>\n' }}`,
  ],
  [
    'Seed OSS',
    'seed',
    String.raw`{%- set toolcall_begin_token = '<seed:tool_call>' -%}{{ "\n" + toolcall_begin_token + "\n<function=" + tool_call.name + ">\n" }}{{ "<parameter=" + arg_name + ">" }}`,
  ],
  [
    'GLM 4.5',
    'glm',
    String.raw`<tool_call>{function-name}<arg_key>{arg-key-1}</arg_key><arg_value>{arg-value-1}</arg_value></tool_call>{{ '\n<think></think>' }}`,
  ],
  [
    'MiniMax M2',
    'minimax',
    String.raw`{%- set toolcall_begin_token = '<minimax:tool_call>' -%}{{- '<invoke name="' + tool_call.name + '">' }}<parameter name="{{ k }}">{{ v }}</parameter>`,
  ],
  [
    'DeepSeek V3.2',
    'deepseek-markup',
    String.raw`{%- set dsml_token = "｜DSML｜" -%}<{{ dsml_token }}function_calls>\n<{{ dsml_token }}invoke name="{{ tool_call.function.name }}">{{ thinking_end_token }}`,
  ],
  [
    'DeepSeek V4',
    'deepseek-markup-4',
    String.raw`{%- set dsml_token = "｜DSML｜" -%}<{{ dsml_token }}tool_calls>\n<{{ dsml_token }}invoke name="{{ tool_call.function.name }}">`,
  ],
  [
    'Kimi K2',
    'kimi',
    `<|tool_calls_section_begin|>{%- for tool_call in message['tool_calls'] -%}<|tool_call_begin|>{{ tool_call['id'] }}<|tool_call_argument_begin|>{{ tool_call['function']['arguments'] }}<|tool_call_end|>`,
  ],
  [
    'Kimi K2 at first',
    'kimi',
    `{{ '<|im_system|>tool_declare<|im_middle|>' -}}{{- tools | tojson -}}{{ '<|im_end|>' -}}`,
  ],
  [
    'LFM 2',
    'lfm2',
    `{%- set ns.system_prompt = "List of tools: <|tool_list_start|>[" -%}{{ "]<|tool_list_end|>" }}`,
  ],
  ['LFM 2.5', 'lfm2', `{{- "<|tool_call_start|>[" + calls + "]<|tool_call_end|>" -}}`],
  [
    'Phi 4 mini',
    'granite',
    `{{ '<|' + message['role'] + '|>' + message['content'] + '<|tool|>' + message['tools'] + '<|/tool|>' + '<|end|>' }}`,
  ],
  [
    'Llama 4',
    'llama3',
    String.raw`{{- '<|header_start|>assistant<|header_end|>\n\n' }}{{- '{"name": "' + tool_call.name + '", ' }}{{- '"parameters": ' }}`,
  ],
  [
    'Llama 3.1',
    'llama3',
    String.raw`{{- '<|start_header_id|>system<|end_header_id|>\n\n' }}{{- 'Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}.' }}{{- "<|python_tag|>" + tool_call.name + ".call(" }}{{- '"parameters": ' }}`,
  ],
  [
    'Llama 3.2',
    'llama3',
    String.raw`{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' -}}{{- '{"name": "' + tool_call.name + '", ' }}{{- '"parameters": ' }}{{- tool_call.arguments | tojson }}`,
  ],
  ['Llama 3', 'generic', String.raw`{{'<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'}}`],
  [
    'Mistral 7B v0.3',
    'mistral-array',
    `{{- "[AVAILABLE_TOOLS] [" }}{{- "[TOOL_CALLS] [" }}{%- set out = tool_call.function|tojson %}{{- out[:-1] }}{{- ', "id": "' + tool_call.id + '"}' }}`,
  ],
  [
    'Mistral Small 3.2',
    'mistral-numbered',
    `{{- '[TOOL_CALLS]' + tool_call.function.name }}{{- '[CALL_ID]' + tool_call.id }}{{- '[ARGS]' + tool_call['function']['arguments']|tojson }}`,
  ],
  [
    'Ministral 3',
    'mistral-named',
    `{{- '[TOOL_CALLS]' + tool['function']['name'] + '[ARGS]' + arguments }}{{- '[THINK]' }}`,
  ],
  [
    'DeepSeek R1',
    'deepseek',
    String.raw`{{'<｜Assistant｜><｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + tool['type'] + '<｜tool▁sep｜>' + tool['function']['name'] + '\n' + '` +
      "```json' + '\\n' + tool['function']['arguments'] + '\\n' + '```' + '<｜tool▁call▁end｜>'}}{{'<｜Assistant｜><think>\\n'}}",
  ],
  [
    'DeepSeek V3.1',
    'deepseek-plain',
    `{{'<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>'+ tool['function']['name'] + '<｜tool▁sep｜>' + tool['function']['arguments'] + '<｜tool▁call▁end｜>'}}`,
  ],
  [
    'FunctionGemma',
    'function-gemma',
    String.raw`{{ '<start_function_call>call:' + function['name'] + '{' }}{{ '<escape>' + value + '<escape>' }}{{ '}<end_function_call>' }}`,
  ],
  [
    'Gemma 4',
    'gemma4',
    String.raw`{{- '<|tool_call>call:' + function['name'] + '{' -}}{{- '<|"|>' + argument + '<|"|>' -}}{{- '}<tool_call|>' -}}{{- '<|channel>thought\n<channel|>' -}}`,
  ],
  [
    'Gemma 3',
    'generic',
    String.raw`{{ '<start_of_turn>' + role + '\n' }}{{ message['content'] | trim }}{{ '<end_of_turn>\n' }}`,
  ],
  [
    'Granite 3.3',
    'granite',
    String.raw`{%- set system_message = "When a tool is required to answer the user's query, respond only with <|tool_call|> followed by a JSON list of tools used." %}{{- '<|start_of_role|>' }}`,
  ],
  [
    'Granite 4',
    'hermes',
    String.raw`{{- '<|start_of_role|>assistant<|end_of_role|>' }}{{- '<tool_call>\n{"name": "' + tool_call.name }}{{- '", "arguments": ' }}`,
  ],
  [
    'gpt-oss',
    'harmony',
    `{{- "<|start|>assistant to=functions." + tool_call.name + "<|channel|>commentary json<|message|>" }}{{- "<|call|>" }}`,
  ],
  [
    'ChatML',
    'generic',
    String.raw`{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}`,
  ],
]

it.each(templates)('%s: %s', (_model, format, template) => {
  expect(detectFormat({ template, architecture: 'llama' }).name).toBe(format)
})

it('goes by the architecture where there is no template', () => {
  expect(detectFormat({ template: undefined, architecture: 'gpt-oss' }).name).toBe('harmony')
  expect(detectFormat({ template: undefined, architecture: 'llama' }).name).toBe('generic')
})
