import type { Principal, TokenStore } from '../access/token-store.ts'
import type { CreateDeployment, Deployment, ExtendDeployment } from '../api/deployments.ts'
import type { CreatedToken } from '../api/tokens.ts'

/** Which deployment it is of is said beside it. */
export type TokenOfDeployment = Parameters<TokenStore['create']>[0]

/** Models that are kept ready for keys of their own. Disposing it leaves them to the next daemon. */
export interface Deployments extends AsyncDisposable {
  /** Oldest first. */
  list(): Deployment[]
  /** @throws LlmdError `deployment_not_found` */
  get(id: string): Deployment
  /**
   * Durable when it resolves, and starting.
   * @throws LlmdError `model_not_found`; `permission_denied` for a maker who could make no key of it
   */
  add(wanted: CreateDeployment, maker: Principal): Promise<Deployment>
  /**
   * Makes it end so much later; id and keys stay.
   * @throws LlmdError `deployment_not_found`, `deployment_ended`; `invalid_request` for one that has no end
   */
  extend(id: string, by: ExtendDeployment): Promise<Deployment>
  /** Revokes its keys, for good. Again, it changes nothing. @throws LlmdError `deployment_not_found` */
  stop(id: string): Promise<Deployment>
  /**
   * A token that reaches this deployment alone.
   * @throws LlmdError `deployment_not_found`, `deployment_ended`; `invalid_request` for scopes beside `llm-all`; and
   *   what making tokens throws
   */
  createKey(id: string, token: TokenOfDeployment, maker: Principal): Promise<CreatedToken>
  /**
   * The key that it was given by itself when it was ready. Nothing returns it a second time.
   * @throws LlmdError `deployment_not_found`, `deployment_not_ready`, `deployment_ended`, `permission_denied`;
   *   `deployment_key_not_found` once it was taken, replaced or lost
   */
  takeKey(id: string, asker: Principal): CreatedToken
  /** Name of the model that its keys reach. @throws LlmdError `deployment_not_found`, `deployment_ended` */
  modelOf(id: string): string
  /**
   * Lets a request of one of its keys to this model pass. No I/O.
   * @throws LlmdError `deployment_not_found`, `deployment_ended`, `deployment_not_ready`; `model_not_found` for any
   *   other model than its own
   */
  require(id: string, model: string): void
  /** Brings the local model back where a deployment needs it. */
  recover(model: string): void
  /** Ends those whose time is over or whose model is gone. Resolves when that is durable; what fails is logged. */
  review(): Promise<void>
  /** From now on models are made ready, and end at their time. */
  start(): void
}

/** Who has the models. */
export interface DeployableModels {
  /** Whether the name stands for anything that could answer. */
  has(name: string): boolean
  /**
   * Loads the local models that the name stands for, and keeps them. Resolves when at least one of its targets can
   * answer, after all were tried.
   * @throws LlmdError why none can
   */
  ensure(name: string, signal: AbortSignal): Promise<HeldModels>
}

/** They stay loaded until it is disposed of. */
export interface HeldModels extends Disposable {
  /** Names of local models. */
  readonly local: ReadonlySet<string>
}
