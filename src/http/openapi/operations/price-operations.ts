import { priceListSchema, priceSchema, setPriceSchema } from '../../../api/prices.ts'
import type { OperationGroup } from '../operation.ts'

const ofModel = 'Of the model, as clients name it; `*` is any that has no price of its own, nor by its tier.'
const ofTier = 'Of the tier.'
const setting = {
  description: 'It replaces the price that is there. Requests that are under way keep the old one.',
  body: { schema: setPriceSchema, example: { input: 1, cached_input: 0.1, output: 4 } },
  answer: { description: 'The price.', json: { schema: priceSchema } },
  errors: ['disk_full'],
} as const
const removing = {
  answer: { description: 'The price that it had.', json: { schema: priceSchema } },
  errors: ['price_not_found'],
} as const

export const priceOperations: OperationGroup = {
  name: 'Prices',
  description: 'What tokens of models cost, in credits. A model without a price is free.',
  scope: 'admin',
  operations: {
    'GET /llmd/v1/prices': {
      id: 'listPrices',
      summary: 'List the prices',
      answer: { description: 'All of them.', json: { schema: priceListSchema } },
    },
    'PUT /llmd/v1/prices/models/:name': {
      id: 'setModelPrice',
      summary: 'Set the price of a model',
      parameters: { name: ofModel },
      ...setting,
    },
    'DELETE /llmd/v1/prices/models/:name': {
      id: 'removeModelPrice',
      summary: 'Remove the price of a model',
      parameters: { name: ofModel },
      ...removing,
    },
    'PUT /llmd/v1/prices/tiers/:name': {
      id: 'setTierPrice',
      summary: 'Set the price of a tier of models',
      parameters: { name: ofTier },
      ...setting,
    },
    'DELETE /llmd/v1/prices/tiers/:name': {
      id: 'removeTierPrice',
      summary: 'Remove the price of a tier',
      parameters: { name: ofTier },
      ...removing,
    },
  },
}
