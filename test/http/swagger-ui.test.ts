import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it, test, vi } from 'vitest'
import { listenTcp } from '../../src/http/listen.ts'
import { createDocument } from '../../src/http/openapi/create-document.ts'
import { swaggerUiFiles } from '../../src/http/swagger-ui-files.ts'
import { chromiumPath, openPage, type Page } from '../fixtures/chromium.ts'
import { overTcp } from './call.ts'
import { fakeApp, keys } from './fake-services.ts'

const assets = new URL('../../assets/swagger-ui/', import.meta.url)
const patience = { timeout: 10_000, interval: 20 }

function get(path: string) {
  return fakeApp().app.fetch(new Request(`http://127.0.0.1:5563${path}`), overTcp)
}

describe.each([...swaggerUiFiles])('%s', (path, { name, type }) => {
  it('is there for anyone, and for no other page', async () => {
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(Buffer.from(await response.arrayBuffer())).toEqual(readFileSync(new URL(name, assets)))
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-frame-options')).toBe('DENY')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
  })
})

test('the page holds no script, and refers to nothing but what is served', () => {
  const page = readFileSync(new URL('index.html', assets), 'utf8')
  expect(page).not.toMatch(/<script[^>]*>[^<]/)
  const references = Array.from(page.matchAll(/(?:href|src)="([^"]+)"/g), ([, path]) => `/${path}`)
  expect(references.toSorted()).toEqual(
    [...swaggerUiFiles.keys()].filter((path) => path !== '/swagger-ui').toSorted(),
  )
})

test.each(['/swagger-ui/LICENSE', '/swagger-ui/../../package.json', '/swagger-ui/%2e%2e/start.js'])(
  '%s is nothing that anyone may have',
  async (path) => {
    const response = await get(path)
    expect([401, 404]).toContain(response.status)
  },
)

test('a slash too many leads to the page', async () => {
  const response = await get('/swagger-ui/')
  expect(response.status).toBe(308)
  const target = new URL(response.headers.get('location') ?? '', 'http://localhost/swagger-ui/')
  expect(target.pathname).toBe('/swagger-ui')
})

test('the licences go with it', () => {
  const licences = ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt']
  expect(licences.filter((name) => !existsSync(new URL(name, assets)))).toEqual([])
})

describe.skipIf(!chromiumPath)('in a browser (skipped without Chromium)', () => {
  it('shows every operation, asks nobody else, and tries one out with a token', async () => {
    const listener = await listenTcp({ app: fakeApp().app, host: '127.0.0.1', port: 0 })
    await using page = await openPage(chromiumPath ?? '')
    const texts = async (selector: string) =>
      page.evaluate(`Array.from(document.querySelectorAll('${selector}'), (one) => one.textContent)`)

    await page.send('Page.navigate', { url: `${listener.url}/swagger-ui` })
    const operations = Object.values(createDocument().paths).flatMap((path) => Object.values(path))
    await vi.waitFor(async () => {
      const shown = page.evaluate("document.querySelectorAll('.opblock').length")
      expect(await shown).toBe(operations.length)
    }, patience)
    const paths = page.evaluate(
      "Array.from(document.querySelectorAll('.opblock-summary-path'), (one) => one.dataset.path)",
    )
    expect(new Set(Object(await paths))).toEqual(new Set(Object.keys(createDocument().paths)))

    await click(page, '.auth-wrapper .authorize')
    await click(page, '.auth-container input')
    await page.send('Input.insertText', { text: keys.llm })
    await click(page, '.auth-btn-wrapper .authorize')
    await click(page, '.auth-btn-wrapper .btn-done')
    await click(page, '#operations-Names_of_models-listPublicModels .opblock-summary-control')
    await click(page, '#operations-Names_of_models-listPublicModels .try-out__btn')
    await click(page, '#operations-Names_of_models-listPublicModels .execute')
    const live = '#operations-Names_of_models-listPublicModels .live-responses-table'
    await vi.waitFor(async () => {
      expect(await texts(`${live} tbody .response-col_status`)).toEqual([expect.stringContaining('200')])
    }, patience)
    expect(await texts(`${live} .highlight-code`)).toEqual([expect.stringContaining('test/model')])

    expect(page.errors).toEqual([])
    const elsewhere = page.requests.filter(
      (url) => !url.startsWith(`${listener.url}/`) && !url.startsWith('data:'),
    )
    expect(elsewhere).toEqual([])
    await listener.close()
  })
})

/** Clicks on the first such element as soon as it is there. */
async function click(page: Page, selector: string): Promise<void> {
  await vi.waitFor(async () => {
    const clicked = page.evaluate(
      `(() => {
        const element = document.querySelector('${selector}')
        element?.click()
        element?.focus()
        return element !== null
      })()`,
    )
    expect({ selector, clicked: await clicked }).toEqual({ selector, clicked: true })
  }, patience)
}
