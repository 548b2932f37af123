import {
  createDeploymentSchema,
  deploymentListSchema,
  deploymentSchema,
  extendDeploymentSchema,
} from '../../../api/deployments.ts'
import { createdTokenSchema } from '../../../api/tokens.ts'
import type { OperationGroup } from '../operation.ts'

const parameters = { id: 'Of the deployment.' }

export const deploymentOperations: OperationGroup = {
  name: 'Deployments',
  description: 'Models that are kept ready for keys of their own.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/deployments': {
      id: 'listDeployments',
      summary: 'List the deployments',
      answer: { description: 'Oldest first.', json: { schema: deploymentListSchema } },
    },
    'POST /llmd/v1/deployments': {
      id: 'createDeployment',
      summary: 'Deploy a model',
      description: 'It is starting when this answers. Only those can deploy who may ask models themselves.',
      body: { schema: createDeploymentSchema, example: { model: 'qwen3:8b', seconds: 14_400 } },
      answer: { status: 201, description: 'The deployment.', json: { schema: deploymentSchema } },
      errors: ['model_not_found', 'disk_full'],
    },
    'GET /llmd/v1/deployments/:id': {
      id: 'getDeployment',
      summary: 'Show a deployment',
      parameters,
      answer: { description: 'The deployment.', json: { schema: deploymentSchema } },
      errors: ['deployment_not_found'],
    },
    'DELETE /llmd/v1/deployments/:id': {
      id: 'stopDeployment',
      summary: 'Stop a deployment',
      description: 'Its keys are revoked for good.',
      parameters,
      answer: { description: 'The deployment.', json: { schema: deploymentSchema } },
      errors: ['deployment_not_found', 'disk_full'],
    },
    'POST /llmd/v1/deployments/:id/extend': {
      id: 'extendDeployment',
      summary: 'Let a deployment end later',
      description: 'Its id and its keys stay.',
      parameters,
      body: { schema: extendDeploymentSchema, example: { seconds: 7200 } },
      answer: { description: 'The deployment.', json: { schema: deploymentSchema } },
      errors: ['deployment_not_found', 'deployment_ended', 'disk_full'],
    },
    'POST /llmd/v1/deployments/:id/key': {
      id: 'takeDeploymentKey',
      summary: 'Take the first key of a deployment',
      description: 'It was made when the deployment was ready, and is handed out once.',
      parameters,
      answer: {
        description: 'The token. No other answer ever holds its key.',
        json: { schema: createdTokenSchema },
      },
      errors: [
        'deployment_not_found',
        'deployment_key_not_found',
        'deployment_not_ready',
        'deployment_ended',
      ],
    },
  },
}
