// llama.cpp's own grammar engine, for the tests: which texts a grammar produces, and what the model writes under it.
import { getLlama, LlamaGrammarEvaluationState, LlamaLogLevel } from 'node-llama-cpp'
import type { EngineAnswer, EngineTask } from './grammar-engine.ts'

const llama = await getLlama({ build: 'never', gpu: false, maxThreads: 1, logLevel: LlamaLogLevel.disabled })
const model = await llama.loadModel({
  modelPath: new URL('../../../assets/llmd-demo.gguf', import.meta.url).pathname,
})
const samplerUrl = new URL('evaluator/LlamaContext/LlamaSampler.js', import.meta.resolve('node-llama-cpp'))
const {
  LlamaSampler: {
    _canBeNextTokenForGrammarEvaluationState: canBeNext,
    _acceptTokenOnGrammarEvaluationState: accept,
  },
} = await import(samplerUrl.href)
const contexts: Awaited<ReturnType<typeof model.createContext>>[] = []

async function compile(gbnf: string) {
  const grammar = await llama.createGrammar({ grammar: gbnf })
  return () => new LlamaGrammarEvaluationState({ model, grammar })
}

function produces(state: LlamaGrammarEvaluationState, text: string): boolean {
  for (const token of model.tokenize(text)) {
    if (!canBeNext(llama, state, token)) return false
    accept(llama, state, token)
  }
  return canBeNext(llama, state, model.tokens.eos)
}

async function sample(
  state: LlamaGrammarEvaluationState,
  seed: number,
  maxTokens: number,
): Promise<string | null> {
  const context = contexts[0] ?? (await model.createContext({ contextSize: 1024, threads: 1 }))
  contexts[0] = context
  const sequence = context.getSequence()
  const tokens = []
  const evaluation = sequence.evaluate(model.tokenize('Write JSON.\n'), {
    temperature: 1,
    topK: 0,
    topP: 1,
    seed,
    grammarEvaluationState: state,
  })
  try {
    for await (const token of evaluation) {
      if (model.isEogToken(token)) return model.detokenize(tokens)
      tokens.push(token)
      if (tokens.length >= maxTokens) return null
    }
    return model.detokenize(tokens)
  } finally {
    await sequence.dispose()
  }
}

async function answer({ grammar, texts = [], samples }: EngineTask): Promise<EngineAnswer> {
  const started = performance.now()
  const start = await compile(grammar)
  const produced = texts.map((text) => produces(start(), text))
  const sampled: (string | null)[] = []
  for (let seed = 1; seed <= (samples?.count ?? 0); seed++) {
    sampled.push(await sample(start(), seed, samples?.maxTokens ?? 0))
  }
  return { produced, sampled, milliseconds: performance.now() - started }
}

process.on('message', (task: EngineTask) => {
  answer(task).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
