import type * as Library from 'prom-client'
import type { Counter, Histogram, Registry } from 'prom-client'

/** Makes metrics of one registry. */
export interface MetricMaker {
  counter: <Label extends string>(name: string, help: string, labels?: readonly Label[]) => Counter<Label>
  /** For what is counted at each request: a counter sorts, joins and hashes all labels at each count. */
  tally: <Label extends string>(name: string, help: string, labels: readonly Label[]) => Tally<Label>
  /** @param options.buckets Upper bounds, ascending */
  histogram: <Label extends string>(
    name: string,
    help: string,
    options: { labels: readonly Label[]; buckets: readonly number[] },
  ) => Histogram<Label>
  /** Read at each scrape: `read` adds what there is then. What has the same labels is summed up. */
  gauge: <Label extends string>(
    name: string,
    help: string,
    options: { labels?: readonly Label[]; read: (add: AddReading<Label>) => void | Promise<void> },
  ) => void
  /** The same for what only grows, and is counted elsewhere. */
  total: (name: string, help: string, read: () => number) => void
}

/** A counter that is told of sums, at each scrape. */
interface Tally<Label extends string> {
  /** @param key tells the labels from others */
  add(key: string, labels: Readonly<Record<Label, string>>, value?: number): void
}

type AddReading<Label extends string> = (value: number, labels?: Partial<Record<Label, string>>) => void

/** The library is handed in: reading it takes longer than a command should. */
export function createMetricMaker(
  library: Pick<typeof Library, 'Counter' | 'Gauge' | 'Histogram'>,
  registry: Registry,
): MetricMaker {
  const registers = [registry]
  return {
    counter: (name, help, labels = []) =>
      new library.Counter({ name, help, labelNames: [...labels], registers }),
    tally<Label extends string>(name: string, help: string, labels: readonly Label[]): Tally<Label> {
      const sums = new Map<string, { labels: Readonly<Record<Label, string>>; value: number }>()
      const counter = new library.Counter({
        name,
        help,
        labelNames: [...labels],
        registers,
        collect() {
          for (const sum of sums.values()) counter.inc(sum.labels, sum.value)
          sums.clear()
        },
      })
      return {
        add(key, of, value = 1) {
          const sum = sums.get(key)
          if (sum) sum.value += value
          else sums.set(key, { labels: of, value })
        },
      }
    },
    histogram: (name, help, { labels, buckets }) =>
      new library.Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers }),
    gauge(name, help, { labels = [], read }) {
      const gauge = new library.Gauge({
        name,
        help,
        labelNames: [...labels],
        registers,
        async collect() {
          // Reset, one without labels would be 0 where nothing is known.
          if (labels.length === 0) gauge.remove()
          else gauge.reset()
          await read((value, of = {}) => gauge.inc(of, value))
        },
      })
    },
    total(name, help, read) {
      const counter = new library.Counter({
        name,
        help,
        registers,
        collect() {
          counter.reset()
          counter.inc(read())
        },
      })
    },
  }
}
