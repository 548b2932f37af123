import { describe, expect, it } from 'vitest'
import { LlmdError } from '../../src/errors.ts'
import { sampleKey, sampleTokens } from './management-samples.ts'
import { openTab, press } from './open-tab.ts'

const created = { ...sampleTokens[1]!, name: 'ci', key: sampleKey }

describe('tokens', () => {
  it('a key is shown once in full, can be copied, and no hasty key closes it', async () => {
    const { app, calls } = await openTab('tokens', { createToken: async () => created })
    await press(app, 'a')
    app.type('ci')
    await press(app, 'tab', 'tab', 'space', 'C-s')
    expect(calls).toEqual([['createToken', { name: 'ci', scopes: ['llm-all', 'admin'], expires_at: null }]])
    expect(app.screen()).toContain(sampleKey)
    await press(app, 'enter', 'q')
    expect(app.screen()).toContain(sampleKey)
    app.press('c')
    expect(app.effects).toContainEqual({ type: 'copy', text: sampleKey })
    await press(app, 'escape')
    expect(app.screen()).not.toContain(sampleKey)
    expect(JSON.stringify(app.state)).not.toContain(sampleKey)
  })

  it('a key is whole on a narrow screen too', async () => {
    const { app } = await openTab('tokens', { createToken: async () => created })
    app.send({ type: 'resize', size: { width: 60, height: 20 } })
    await press(app, 'a')
    app.type('ci')
    await press(app, 'C-s')
    const inside = Array.from(app.screen().matchAll(/│ (.*?) *│/g), ([, text = '']) => text)
    expect(inside.join('')).toContain(sampleKey)
  })

  it.each([
    [['C-s'], /Name.*\n.*>=1/],
    [
      ['x', 'up', 'space', 'tab', 'tab', 'tab', 'tab', 'tab', '1', '0', '/', 'y', 'C-s'],
      /Budget +10\/y.*\n.*10\/day or 200\/month/,
    ],
    [['x', 'up', 'space', 'tab', 'tab', 'tab', 'tab', 'm', 'C-s'], /Credits +m.*\n.*A number is needed/],
    [['x', 'up', 'space', 'tab', 'tab', 'tab', '0', 'C-s'], /Tokens\/min +0.*\n.*>=1/],
    [['x', 'tab', 'space', 'C-s'], /Call models.*\n.*>=1/],
    [['x', 'up', 'up', 'C-u', 's', 'o', 'o', 'n', 'C-s'], /Expires in +soon.*\n.*12h or 90d/],
  ])('a form that is filled in with %j says what the API would', async (keys, issue) => {
    const { app, calls } = await openTab('tokens', { createToken: async () => created })
    await press(app, 'a', ...keys)
    expect(app.screen()).toMatch(issue)
    expect(calls).toEqual([])
  })

  it('what the daemon refuses is told at its field', async () => {
    const { app } = await openTab('tokens', {
      createToken: async () => {
        throw new LlmdError('token_exists', 'There is a token called ci already.', { param: 'name' })
      },
    })
    await press(app, 'a')
    app.type('ci')
    await press(app, 'C-s')
    expect(app.screen()).toMatch(/Name +ci.*\n.*There is a token called ci already/)
  })

  it('an edit sends what was changed', async () => {
    const { app, calls } = await openTab('tokens', { editToken: async () => sampleTokens[1]! })
    await press(app, 'e', '2', 'C-s')
    expect(calls).toEqual([['editToken', sampleTokens[1]!.id, { name: 'laptop2' }]])
    await press(app, 'e', 'up', 'up')
    app.type('never')
    await press(app, 'up', 'space', 'C-s')
    expect(calls.at(-1)).toEqual([
      'editToken',
      sampleTokens[1]!.id,
      { name: 'laptop', scopes: ['llm-all', 'metrics'], expires_at: null },
    ])
  })

  it('limits are chosen with it, changed, and taken back; a balance that is left alone goes on', async () => {
    const limited = { ...sampleTokens[1]!, models: ['best'], rpm: 30, credits: 1.5 }
    const { app, calls } = await openTab('tokens', {
      createToken: async () => created,
      editToken: async () => limited,
      listTokens: async () => [limited],
    })
    await press(app, 'a')
    app.type('ci')
    await press(app, 'up', 'space', 'tab')
    app.type('best qwen3:8b')
    await press(app, 'tab')
    app.type('30')
    await press(app, 'C-s')
    expect(calls[0]).toMatchObject(['createToken', { models: ['best', 'qwen3:8b'], rpm: 30 }])
    expect(Object.keys(Object(calls[0]?.[1]))).toEqual(['name', 'scopes', 'expires_at', 'models', 'rpm'])
    await press(app, 'escape', 'e', 'up')
    app.type('10/day')
    await press(app, 'up', 'up', 'up', 'C-u', 'up', 'C-u')
    app.type('fast')
    await press(app, 'C-s')
    expect(calls.at(-1)).toEqual([
      'editToken',
      limited.id,
      { name: 'laptop', models: ['fast'], rpm: null, budget: { credits: 10, per: 'day' } },
    ])
  })

  it('rotates and revokes after a question, and only what is not over', async () => {
    const { app, calls } = await openTab('tokens', {
      rotateToken: async () => created,
      revokeToken: async () => sampleTokens[1]!,
    })
    await press(app, 'r', 'n', 'd', 'escape')
    expect(calls).toEqual([])
    await press(app, 'r', 'y')
    expect(app.screen()).toContain(sampleKey)
    await press(app, 'escape', 'd', 'y')
    expect(calls).toEqual([
      ['rotateToken', sampleTokens[1]!.id],
      ['revokeToken', sampleTokens[1]!.id],
    ])
    // The last one was revoked.
    await press(app, 'G', 'r')
    expect(app.screen()).toContain('There is nothing to rotate here.')
    await press(app, 'd')
    expect(app.screen()).toContain('There is nothing to revoke here.')
  })
})
