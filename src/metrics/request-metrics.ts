import type { Histogram } from 'prom-client'
import type { RequestStory } from '../api/requests.ts'
import { boundLabels, otherLabel } from './bound-labels.ts'
import { endpointOf } from './endpoint-of.ts'
import type { MetricMaker } from './metric-maker.ts'

/** Of models and tokens, each; clients may name any model of some providers. */
const mostNames = 100

/** Pairs of a model and a token: whatever is counted by both has no more series than a few times this. */
const mostPairs = 1000

const secondsToFirst = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
const secondsEach = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]
const secondsInAll = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600]
const secondsInQueue = [0.005, 0.025, 0.1, 0.5, 1, 5, 10, 30, 60, 120]

/** Counts requests that are over. */
export interface RequestMetrics {
  /** Takes a few microseconds. Of requests to anything but models nothing is counted. */
  observe(story: RequestStory): void
}

export function createRequestMetrics({ counter, tally, histogram }: MetricMaker): RequestMetrics {
  const used = ['model', 'token', 'provider'] as const
  const answered = ['model', 'provider'] as const
  const requests = tally('llmd_requests_total', 'Requests to models that are over.', [
    ...used,
    'endpoint',
    'status',
  ])
  const failures = counter(
    'llmd_request_errors_total',
    'Requests that failed, though the status may have been sent before.',
    ['model', 'provider', 'code'],
  )
  const input = tally('llmd_input_tokens_total', 'Tokens of prompts, cached ones too.', used)
  const cached = tally('llmd_cached_input_tokens_total', 'Tokens of prompts taken from a cache.', used)
  const output = tally('llmd_output_tokens_total', 'Tokens of answers, thinking too.', used)
  const reasoning = tally('llmd_reasoning_output_tokens_total', 'Tokens of thinking.', used)
  const total = histogram('llmd_request_duration_seconds', 'From the start of a request to its end.', {
    labels: answered,
    buckets: secondsInAll,
  })
  const toFirst = histogram(
    'llmd_time_to_first_token_seconds',
    'From the start of a request to its answer.',
    {
      labels: answered,
      buckets: secondsToFirst,
    },
  )
  const each = histogram('llmd_time_per_output_token_seconds', 'Per token of an answer after its first.', {
    labels: answered,
    buckets: secondsEach,
  })
  const queued = histogram('llmd_queue_wait_seconds', 'What requests waited for a slot of a local model.', {
    labels: ['model'] as const,
    buckets: secondsInQueue,
  })
  const attempts = createAttemptMetrics({ counter, tally })
  const seriesOf = boundSeries()

  return {
    observe(story) {
      const { path, target, usage, status, code } = story
      if (story.model === null && !path.startsWith('/v1/')) return
      const provider = story.provider ?? (target === null ? '' : 'local')
      const { key, labels } = seriesOf(story.model ?? '', story.token_name ?? '', provider)
      const { model } = labels
      const endpoint = endpointOf(path)
      const statusClass = `${Math.floor((status ?? 0) / 100)}xx`
      requests.add(`${key}\n${endpoint}\n${statusClass}`, { ...labels, endpoint, status: statusClass })
      if (code !== null) failures.inc({ model, provider, code })
      if (usage) {
        input.add(key, labels, usage.prompt_tokens)
        if (usage.cached_tokens > 0) cached.add(key, labels, usage.cached_tokens)
        output.add(key, labels, usage.completion_tokens)
        if (usage.reasoning_tokens > 0) reasoning.add(key, labels, usage.reasoning_tokens)
      }
      if (story.model === null) return
      total.observe({ model, provider }, story.ms / 1000)
      if (story.turn_wait_ms !== null) queued.observe({ model }, story.turn_wait_ms / 1000)
      attempts(story.attempts ?? [])
      observePace(story, { toFirst, each, labels: { model, provider } })
    },
  }
}

interface Series {
  key: string
  labels: { model: string; token: string; provider: string }
}

function boundSeries(): (model: string, token: string, provider: string) => Series {
  const modelLabel = boundLabels({ most: mostNames })
  const tokenLabel = boundLabels({ most: mostNames })
  const pairLabel = boundLabels({ most: mostPairs })
  return (name, tokenName, provider) => {
    const model = modelLabel(name)
    const named = tokenLabel(tokenName)
    const pair = pairLabel(`${model}\n${named}`)
    const token = pair === otherLabel ? otherLabel : named
    return { key: `${model}\n${token}\n${provider}`, labels: { model, token, provider } }
  }
}

/** Of an answer that a provider gave whole, nobody knows when it began. */
function observePace(
  { provider, streamed = false, first_byte_ms, ms, usage, code }: RequestStory,
  series: {
    toFirst: Histogram<'model' | 'provider'>
    each: Histogram<'model' | 'provider'>
    labels: { model: string; provider: string }
  },
): void {
  if (first_byte_ms === null || (provider !== null && !streamed)) return
  const tokens = usage?.completion_tokens ?? 0
  if (tokens === 0) return
  series.toFirst.observe(series.labels, first_byte_ms / 1000)
  if (code === null && tokens > 1) {
    series.each.observe(series.labels, (ms - first_byte_ms) / 1000 / (tokens - 1))
  }
}

type Attempts = NonNullable<RequestStory['attempts']>

function createAttemptMetrics({
  counter,
  tally,
}: Pick<MetricMaker, 'counter' | 'tally'>): (attempts: Attempts) => void {
  const tried = tally('llmd_attempts_total', 'Tries of a target, by what came of them.', [
    'provider',
    'outcome',
    'code',
  ])
  const retries = counter(
    'llmd_attempt_retries_total',
    'Tries of a target that had failed for this request.',
    ['provider'],
  )
  const fallbacks = counter('llmd_attempt_fallbacks_total', 'Tries of a target since another had failed.', [
    'provider',
  ])
  return (attempts) => {
    for (const [index, { target, outcome, code }] of attempts.entries()) {
      const provider = providerOf(target)
      const labels = { provider, outcome, code: code ?? '' }
      tried.add(`${provider}\n${outcome}\n${labels.code}`, labels)
      if (index === 0) continue
      const isAgain = attempts.slice(0, index).some((earlier) => earlier.target === target)
      const which = isAgain ? retries : fallbacks
      which.inc({ provider })
    }
  }
}

/** Of `PROVIDER/MODEL`, or `local:NAME`. */
function providerOf(target: string): string {
  return target.startsWith('local:') ? 'local' : target.slice(0, target.indexOf('/'))
}
