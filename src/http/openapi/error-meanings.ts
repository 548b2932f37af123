import type { ErrorCode } from '../../errors.ts'

/** What the errors mean that an operation can answer with, in the words of docs/api.md. */
export const errorMeanings = {
  invalid_request: 'a field is missing, of the wrong type, or out of range',
  invalid_json: 'the body is not JSON in UTF-8',
  unsupported_parameter: 'a parameter that would change the answer and cannot be honoured',
  unsupported_content: 'images, audio or files in messages',
  unsupported_by_model: 'this model was not made for that',
  context_length_exceeded: 'the prompt leaves no room in the context',
  model_file_invalid: 'the file is damaged, or no GGUF',
  model_file_not_found: 'there is no file at this path',
  model_too_large: 'it does not fit into the memory that models may take',
  template_failed: "the model's chat template refused the conversation",
  unsupported_schema: 'no grammar can hold a model to this schema',
  invalid_host: 'not exactly one well-formed Host header',
  invalid_api_key: 'no key, or a wrong, revoked or expired one, or a JWT that is not accepted',
  insufficient_quota: "the token's credits are used up, or its budget of this day or month",
  permission_denied:
    'the token lacks the scope, or the model is none of its models; or this is for the socket only',
  origin_refused: 'a browser on the socket, or a page of another origin in management',
  host_refused: "a name in the Host header that is not this machine's",
  model_not_found: 'no model has this name, or the key is for a deployment of another',
  price_not_found: 'neither a model nor a tier of this name has a price',
  token_not_found: 'no token has this id or name',
  issuer_not_found: 'no issuer has this name',
  mcp_server_not_found: 'no MCP server has this name',
  mcp_session_not_found: 'the session has ended, or is of another token',
  provider_not_found: 'no provider has this name',
  download_not_found: 'no download has this id or name',
  deployment_not_found: 'no deployment has this id, or that of the key',
  deployment_key_not_found: 'its first key was taken or replaced before, or is lost',
  source_not_found:
    'there is no such repository or file to download, or several models and nothing says which',
  model_exists: 'the name is taken',
  token_exists: 'the name is taken',
  too_many_keys: 'its owner has 100 live keys already, or has made 200 within a day',
  issuer_exists: 'the name is taken, or another issuer has this address',
  mcp_server_exists: 'the name is taken',
  provider_exists: 'the name is taken',
  download_exists:
    'this is being downloaded already under another name, or the name is taken by another download',
  provider_test_failed: 'the provider was tried, and does not work; nothing was saved',
  deployment_not_ready: 'the deployment of the key is still starting',
  deployment_ended: 'the deployment was stopped, has failed, or its time is over; `x-should-retry: false`',
  model_in_use: 'it answers requests, and is not unloaded or removed meanwhile',
  model_quarantined: 'its engine crashed twice; `llmd models check` tries it anew',
  request_not_found: 'no request of this id is open, or known',
  request_cancelled: 'an operator ended this request; `x-should-retry: false`',
  request_too_large:
    'the body is larger than `server.maxBodyBytes`, or a text to tokenize, embed or rank than 1 MiB',
  rate_limit_exceeded:
    'the token has asked, or used, as much in this minute as it may; 128 answers of this client wait for the model already; or too many wrong keys came from one address',
  internal_error: 'a mistake in llmd; the log has the request id',
  engine_failed: 'the engine ended or failed while it worked on this request',
  model_load_failed: 'the engine could not load the model',
  gpu_unavailable: 'the device that the options name is not there',
  invalid_settings: 'commands and `reload` only: a setting is unknown or out of range',
  data_corrupt: 'the database is damaged, which stops commands and the start; or a secret in it was altered',
  upstream_error: 'a provider failed, or answered what nobody can read',
  upstream_credentials: "a provider, or the proxy to it, did not accept llmd's key",
  upstream_unreachable: 'no connection to a provider could be made',
  upstream_timeout: 'a provider did not answer in time',
  issuer_unreachable: 'the keys of an issuer of JWTs are not known, and could not be fetched',
  sealed: 'the master key is missing, or its keychain locked: `llmd vault status` tells more',
  overloaded:
    '256 answers of all clients wait for a slot, or models in use held the memory for a minute; or an MCP server has 16 sessions, or does not read what it is sent',
  shutting_down: 'the daemon is about to end',
  disk_full:
    'there is no room on the disk: for a download, a backup, or what was to be saved. Models answer, and what is removed or revoked holds',
} as const satisfies Partial<Record<ErrorCode, string>>

export type TellableError = keyof typeof errorMeanings
