import { expect, test } from 'vitest'
import { traceDestination } from '../../src/traces/trace-destination.ts'

const find = (endpoint: string, env: NodeJS.ProcessEnv = {}) =>
  traceDestination({ endpoint, env, version: '1.2.3' })

test('without a setting and a variable nothing is sent', () => {
  expect(find('auto')).toBe(undefined)
  expect(find('auto', { OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBe(undefined)
  expect(find('auto', { OTEL_EXPORTER_OTLP_ENDPOINT: 'nonsense' })).toBe(undefined)
})

test.each([
  ['http://one:4318', {}, 'http://one:4318/v1/traces'],
  ['http://one:4318/otlp/', {}, 'http://one:4318/otlp/v1/traces'],
  ['auto', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://two:4318/' }, 'http://two:4318/v1/traces'],
  ['auto', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://three/path' }, 'https://three/path'],
  ['http://one:4318', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://three' }, 'http://one:4318/v1/traces'],
])('%s with %o leads to %s', (endpoint, env, url) => {
  expect(find(endpoint, env)?.url).toBe(url)
})

test.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])('%o turns it off', (env) => {
  expect(find('http://one:4318', env)).toBe(undefined)
})

test('headers and attributes come from the variables', () => {
  const destination = find('http://one:4318', {
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20secret, x-team=a=b,broken,=none',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-team=traces%',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,service.name=hidden',
    OTEL_SERVICE_NAME: 'gateway',
  })
  expect(destination?.headers).toEqual({ authorization: 'Bearer secret', 'x-team': 'traces%' })
  expect(destination?.resource).toEqual({
    'service.name': 'gateway',
    'service.version': '1.2.3',
    'deployment.environment': 'test',
  })
  expect(find('http://one:4318')?.resource['service.name']).toBe('llmd')
})
