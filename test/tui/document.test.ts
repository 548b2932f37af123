import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createTabs } from '../../src/tui/tabs/create-tabs.ts'

it('docs/tui.md shows every tab, at the key it has', () => {
  const page = readFileSync(new URL('../../docs/tui.md', import.meta.url), 'utf8')
  const shown = createTabs().map(
    ({ id, title }, index) => `## ${title}: \`${id === 'help' ? '?' : index + 1}\``,
  )
  for (const heading of shown) expect(page).toContain(heading)
})
