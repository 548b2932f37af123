import { formatBytes } from '../../cli/format.ts'
import { bar } from '../draw/bar.ts'
import { spread } from '../draw/fit.ts'
import { span, widthOf, type Line } from '../screen/span.ts'
import { shortDuration } from './short-duration.ts'
import type { State } from './state.ts'
import { rateOf } from './traffic.ts'

/** From so many columns on there is room between the parts. */
const roomy = 80

/** Which daemon it is, and how it does, as far as there is room. */
export function viewHeader({ data, target, traffic, size, now, lost }: State): Line {
  const { status } = data
  const name: Line = [
    span(' llmd', 'accent'),
    span(status ? ` ${status.version}` : '', 'muted'),
    span(`  ${target}`),
  ]
  if (!status) return spread(name, [span(lost ? 'not reached ' : 'asking... ', 'muted')], size.width)
  const { memory, gpus, requests, started_at, draining } = status
  const up = shortDuration((now - Date.parse(started_at)) / 1000)
  // From the least to the most important.
  const parts: Line[] = [
    [span('up ', 'muted'), span(up)],
    memoryPart('mem', memory.engines_bytes, memory.budget_bytes),
    ...gpus.map(({ used_bytes, total_bytes }) => memoryPart('gpu', used_bytes, total_bytes)),
    [span(String(requests.active), requests.active > 0 ? 'good' : undefined), span(' open', 'muted')],
    [span(String(requests.queued), requests.queued > 0 ? 'warn' : undefined), span(' queued', 'muted')],
    [span(rateOf(traffic.tokens).toFixed(0)), span(' tok/s', 'muted')],
    [span(rateOf(traffic.requests).toFixed(1)), span(' req/s', 'muted')],
    ...(draining ? [[span('draining', 'warn')]] : []),
  ]
  const gap = size.width < roomy ? '  ' : '   '
  const shown = [...parts]
  while (shown.length > 1 && widthOf(joined(shown, gap)) + widthOf(name) + 1 > size.width) shown.shift()
  return spread(name, joined(shown, gap), size.width)
}

function memoryPart(name: string, used: number, total: number): Line {
  return [span(`${name} `, 'muted'), ...bar(used / total, 8), span(` ${formatBytes(used)}`)]
}

function joined(parts: readonly Line[], gap: string): Line {
  return [...parts.flatMap((part) => [...part, span(gap)]).slice(0, -1), span(' ')]
}
