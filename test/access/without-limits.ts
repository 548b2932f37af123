/** The fields of a token that may use all models as it likes, and has not yet. */
export const withoutLimits = {
  owner: null,
  deployment: null,
  models: null,
  rpm: null,
  tpm: null,
  credits: null,
  credits_used: 0,
  budget: null,
  budget_used: null,
}
