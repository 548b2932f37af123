export type Sent =
  | { kind: 'sent' }
  /** The collector may take it another time. */
  | { kind: 'later'; reason: string }
  | { kind: 'refused'; reason: string }

/** What OTLP says may be tried again. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** Longest answer that is looked at, in characters: it may say that it took a part of it only. */
const longestAnswer = 10_000

/** Posts a body of OTLP. Never throws. The reason holds nothing of address, headers or body. */
export async function sendSpans(request: {
  url: string
  headers: Record<string, string>
  body: string
  signal: AbortSignal
}): Promise<Sent> {
  const { url, headers, body, signal } = request
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'llmd' },
      body,
      signal,
      redirect: 'error',
    })
    const text = await response.text()
    const reason = `the collector answered ${response.status}`
    if (!response.ok) return { kind: passing.has(response.status) ? 'later' : 'refused', reason }
    const rejected = rejectedSpans(text)
    return rejected === 0
      ? { kind: 'sent' }
      : { kind: 'refused', reason: `the collector refused ${rejected} spans` }
  } catch (error) {
    return { kind: 'later', reason: reasonOf(error) }
  }
}

function rejectedSpans(text: string): number {
  if (text.length > longestAnswer) return 0
  try {
    const answer: unknown = JSON.parse(text)
    const partial: unknown = Reflect.get(Object(answer), 'partialSuccess')
    return Number(Reflect.get(Object(partial), 'rejectedSpans') ?? 0) || 0
  } catch {
    return 0
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed'
  if (error.name === 'TimeoutError') return 'the collector did not answer in time'
  const code: unknown = Reflect.get(Object(error.cause), 'code')
  return typeof code === 'string'
    ? `the collector cannot be reached: ${code}`
    : 'the collector cannot be reached'
}
