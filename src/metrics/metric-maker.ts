import type * as Library from 'prom-client'
import type { Counter, Histogram, Registry } from 'prom-client'

/** Makes metrics of one registry. */
export interface MetricMaker {
  counter: <Label extends string>(name: string, help: string, labels?: readonly Label[]) => Counter<Label>
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
