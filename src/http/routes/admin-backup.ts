import type { Hono } from 'hono'
import type { Backups } from '../../backup/create-backups.ts'
import { type LlmdError, toLlmdError } from '../../errors.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'

const headers = { 'content-type': 'application/x-tar' }

export function mountAdminBackup(app: Hono<HttpEnv>, { backups }: { backups: Backups }): void {
  mountResource(app, '/llmd/v1/backup', {
    GET: async (c) => {
      // Nobody would read it, so nothing would end it.
      if (c.req.method === 'HEAD') return c.body(null, 200, headers)
      const pieces = await backups.make()
      // What was begun is cleaned up after also where nobody reads on.
      let begun: IteratorResult<Uint8Array> | undefined = await pieces.next()
      const { signal } = c.env.open
      const ended = Promise.withResolvers<LlmdError | undefined>()
      c.env.streaming = ended.promise
      const body = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            try {
              signal.throwIfAborted()
              const { value, done } = begun ?? (await pieces.next())
              begun = undefined
              if (!done) return controller.enqueue(value)
              controller.close()
              ended.resolve(undefined)
            } catch (error) {
              // What breaks off has no end mark, so nobody takes it for whole.
              controller.error(error)
              await pieces.return(undefined)
              ended.resolve(toLlmdError(error))
            }
          },
          async cancel() {
            await pieces.return(undefined)
            ended.resolve(undefined)
          },
        },
        { highWaterMark: 0 },
      )
      return c.body(body, 200, headers)
    },
  })
}
