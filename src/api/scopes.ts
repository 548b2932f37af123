/** What a token may do: `llm-all`: call models. `admin`: manage the daemon. `metrics`: read its metrics. */
export const scopes = ['llm-all', 'admin', 'metrics'] as const
