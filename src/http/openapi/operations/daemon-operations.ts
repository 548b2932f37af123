import { z } from 'zod'
import { captureSchema, startCaptureSchema } from '../../../api/capture.ts'
import { examinationSchema } from '../../../api/doctor.ts'
import { daemonEventSchema, eventQuerySchema } from '../../../api/events.ts'
import { logItemSchema, logQuerySchema } from '../../../api/logs.ts'
import { openRequestListSchema, openRequestSchema, requestStorySchema } from '../../../api/requests.ts'
import { reloadedSchema, settingListSchema } from '../../../api/settings.ts'
import { statusSchema } from '../../../api/status.ts'
import { usageQuerySchema, usageSchema } from '../../../api/usage.ts'
import type { OperationGroup } from '../operation.ts'

const time = '2026-01-31T12:00:00.000Z'
const request = { id: 'Of the request, as in the `x-request-id` of its answer.' }

export const daemonOperations: OperationGroup = {
  name: 'Daemon',
  description: 'What the daemon is doing, and its settings.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/status': {
      id: 'getStatus',
      summary: 'What the daemon is doing',
      answer: { description: 'At this moment.', json: { schema: statusSchema } },
    },
    'POST /llmd/v1/stop': {
      id: 'stop',
      summary: 'Drain and end',
      answer: { status: 202, description: 'At once.', json: { schema: z.object({}), example: {} } },
    },
    'GET /llmd/v1/settings': {
      id: 'listSettings',
      summary: 'List the settings in force',
      answer: {
        description: 'The settings, and the path of their file.',
        json: { schema: settingListSchema },
      },
    },
    'POST /llmd/v1/reload': {
      id: 'reload',
      summary: 'Read the settings again',
      answer: { description: 'Those that differ.', json: { schema: reloadedSchema } },
      errors: ['invalid_settings'],
    },
    'GET /llmd/v1/doctor': {
      id: 'examine',
      summary: 'What is well with the daemon, and what is not',
      answer: { description: 'What was examined.', json: { schema: examinationSchema } },
    },
    'GET /llmd/v1/backup': {
      id: 'makeBackup',
      summary: 'A copy of everything that must not be lost',
      answer: { description: 'What breaks off has no end mark.', file: 'application/x-tar' },
      errors: ['disk_full'],
    },
    'GET /llmd/v1/events': {
      id: 'followEvents',
      summary: 'What happens, as it happens',
      query: eventQuerySchema,
      answer: {
        description: 'Goes on until the client leaves or the daemon has ended its requests.',
        events: {
          schema: daemonEventSchema,
          examples: [
            { type: 'opened', id: 0, time },
            { type: 'model.loaded', id: 1, time, name: 'llmd-demo', ms: 320 },
          ],
        },
      },
    },
  },
}

export const requestOperations: OperationGroup = {
  name: 'Requests',
  description: 'What is asked of models: what is open, what was, and what it used.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/requests': {
      id: 'listRequests',
      summary: 'List the requests that models are answering',
      answer: { description: 'Oldest first.', json: { schema: openRequestListSchema } },
    },
    'GET /llmd/v1/requests/:id': {
      id: 'getRequest',
      summary: 'All that is known of a request',
      parameters: request,
      answer: { description: 'The request, open or over.', json: { schema: requestStorySchema } },
      errors: ['request_not_found'],
    },
    'DELETE /llmd/v1/requests/:id': {
      id: 'cancelRequest',
      summary: 'Cancel a request',
      description: 'Its client gets `request_cancelled`.',
      parameters: request,
      answer: { description: 'The request as it was.', json: { schema: openRequestSchema } },
      errors: ['request_not_found'],
    },
    'GET /llmd/v1/usage': {
      id: 'getUsage',
      summary: 'What requests used',
      query: usageQuerySchema,
      answer: { description: 'Sums, and their parts.', json: { schema: usageSchema } },
      errors: ['token_not_found'],
    },
    'GET /llmd/v1/logs': {
      id: 'readLog',
      summary: 'The log',
      query: logQuerySchema,
      answer: {
        description: 'Lines that are there, and with `follow` those that come.',
        events: {
          schema: logItemSchema,
          examples: [
            { type: 'opened' },
            { type: 'line', entry: { time, level: 'info', message: 'llmd is ready' } },
          ],
        },
      },
    },
    'GET /llmd/v1/capture': {
      id: 'getCapture',
      summary: 'Whether prompts and answers are written down',
      answer: { description: 'The capture that is on, if any.', json: { schema: captureSchema } },
    },
    'POST /llmd/v1/capture': {
      id: 'startCapture',
      summary: 'Write prompts and answers down for a time',
      body: { schema: startCaptureSchema, example: { seconds: 600, model: 'llmd-demo' } },
      answer: { description: 'The capture.', json: { schema: captureSchema } },
      errors: ['model_not_found'],
    },
    'DELETE /llmd/v1/capture': {
      id: 'stopCapture',
      summary: 'Write nothing down any more',
      answer: { description: 'No capture.', json: { schema: captureSchema } },
    },
  },
}
