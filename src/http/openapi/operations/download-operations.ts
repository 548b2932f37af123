import { addDownloadSchema, downloadListSchema, downloadSchema } from '../../../api/downloads.ts'
import type { OperationGroup } from '../operation.ts'

const parameters = { id: 'Of the download, or the name of its model with `%2F` for slashes.' }

export const downloadOperations: OperationGroup = {
  name: 'Downloads',
  description: 'Models that are fetched from the hub or elsewhere.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/downloads': {
      id: 'listDownloads',
      summary: 'List the downloads',
      answer: { description: 'Oldest first.', json: { schema: downloadListSchema } },
    },
    'POST /llmd/v1/downloads': {
      id: 'addDownload',
      summary: 'Download a model',
      description: 'What is not finished goes on when the same source is asked for again.',
      body: {
        schema: addDownloadSchema,
        example: { source: 'hf:Qwen/Qwen3-8B-GGUF:Q4_K_M', name: 'qwen3:8b' },
      },
      answer: { status: 201, description: 'The download.', json: { schema: downloadSchema } },
      errors: [
        'unsupported_parameter',
        'model_exists',
        'download_exists',
        'source_not_found',
        'upstream_error',
        'upstream_credentials',
        'upstream_unreachable',
        'upstream_timeout',
        'disk_full',
      ],
    },
    'GET /llmd/v1/downloads/:id': {
      id: 'getDownload',
      summary: 'Show a download',
      parameters,
      answer: { description: 'The download.', json: { schema: downloadSchema } },
      errors: ['download_not_found'],
    },
    'DELETE /llmd/v1/downloads/:id': {
      id: 'cancelDownload',
      summary: 'Cancel a download',
      description: 'What is there of it is removed.',
      parameters,
      answer: { description: 'The download as it was.', json: { schema: downloadSchema } },
      errors: ['download_not_found'],
    },
    'POST /llmd/v1/downloads/:id/pause': {
      id: 'pauseDownload',
      summary: 'Stop a download, and keep what is there',
      parameters,
      answer: { description: 'The download.', json: { schema: downloadSchema } },
      errors: ['download_not_found', 'invalid_request'],
    },
    'POST /llmd/v1/downloads/:id/resume': {
      id: 'resumeDownload',
      summary: 'Go on with a download that is paused or has failed',
      parameters,
      answer: { description: 'The download.', json: { schema: downloadSchema } },
      errors: ['download_not_found'],
    },
  },
}
