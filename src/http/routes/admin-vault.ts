import type { Hono } from 'hono'
import { exportVaultSchema, importVaultSchema } from '../../api/vault.ts'
import { Secret } from '../../secret.ts'
import type { VaultManagement } from '../../secrets/vault.ts'
import type { HttpEnv } from '../http-env.ts'
import { mountResource } from '../mount-resource.ts'
import { readAdminBody } from '../read-admin-body.ts'
import { requireLocal } from '../require-local.ts'

export function mountAdminVault(
  app: Hono<HttpEnv>,
  { vault, body }: { vault: VaultManagement; body: { maxBytes: number } },
): void {
  mountResource(app, '/llmd/v1/vault', { GET: async (c) => c.json(await vault.reopen()) })
  mountResource(app, '/llmd/v1/vault/rotate', { POST: async (c) => c.json(await vault.rotate()) })
  mountResource(app, '/llmd/v1/vault/export', {
    POST: async (c) => {
      requireLocal(c, 'The master key is exported and imported')
      const { passphrase } = await readAdminBody(c, exportVaultSchema, body)
      return c.json({ export: await vault.export(new Secret(passphrase)) })
    },
  })
  mountResource(app, '/llmd/v1/vault/import', {
    POST: async (c) => {
      requireLocal(c, 'The master key is exported and imported')
      const imported = await readAdminBody(c, importVaultSchema, body)
      return c.json(await vault.import(imported.export, new Secret(imported.passphrase)))
    },
  })
}
