import type { Client } from '../../client/create-client.ts'
import type { Effect, Form, Issue, Values } from '../contract.ts'

/** A form whose body has this type once the check let it through. */
export interface TypedForm<Body> extends Omit<Form, 'body' | 'check' | 'send'> {
  body(values: Values): object
  check(body: unknown): Promise<readonly Issue[]>
  send(client: Client, body: Body): Promise<readonly Effect[]>
}

/** The same for the frame, which knows no types of bodies. */
export function defineForm<Body>(form: TypedForm<Body>): Form {
  return form
}
