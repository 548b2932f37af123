import { z } from 'zod'
import type { OperationGroup } from '../operation.ts'

export const metricsOperations: OperationGroup = {
  name: 'Metrics',
  description: 'For Prometheus. Tokens with the scope `admin` may read them too.',
  scope: 'metrics',
  operations: {
    'GET /metrics': {
      id: 'getMetrics',
      summary: 'What the daemon has counted',
      description: 'With `metrics.public` no token is needed.',
      answer: { description: 'In the text format of Prometheus.', file: 'text/plain; version=0.0.4' },
    },
  },
}

const okSchema = z.object({ status: z.literal('ok') })
const drainingSchema = z.object({ status: z.literal('draining') })

export const healthOperations: OperationGroup = {
  name: 'Health',
  description: 'For balancers and supervisors, and this document. No token is needed.',
  scope: null,
  operations: {
    'GET /health': {
      id: 'getHealth',
      summary: 'Whether the daemon runs',
      answer: { description: 'It runs.', json: { schema: okSchema, example: { status: 'ok' } } },
    },
    'GET /ready': {
      id: 'getReadiness',
      summary: 'Whether the daemon takes requests',
      answer: { description: 'It does.', json: { schema: okSchema, example: { status: 'ok' } } },
      otherwise: {
        status: 503,
        description: 'It is about to end.',
        json: { schema: drainingSchema, example: { status: 'draining' } },
      },
    },
    'GET /openapi.json': {
      id: 'getOpenApi',
      summary: 'This document',
      answer: {
        description: 'OpenAPI 3.1.',
        json: { schema: z.looseObject({ openapi: z.string() }) },
      },
    },
  },
}
