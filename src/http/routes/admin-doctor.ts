import type { Hono } from 'hono'
import type { Doctor } from '../../doctor/create-doctor.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'

export function mountAdminDoctor(app: Hono<HttpEnv>, { doctor }: { doctor: Doctor }): void {
  mountResource(app, '/llmd/v1/doctor', {
    GET: async (c) => c.json({ data: await doctor.examine(c.env.open.signal) }),
  })
}
