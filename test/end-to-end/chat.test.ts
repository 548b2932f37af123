import { readFileSync, statSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openFakeDaemon } from '../client/fake-daemon.ts'
import { createLlmd, program, type Llmd } from './llmd.ts'
import { hasTmux, openTmux } from './open-tmux.ts'

interface Delta {
  content?: string
  reasoning_content?: string
}

function say(response: ServerResponse, ...deltas: Delta[]): void {
  response.setHeader('content-type', 'text/event-stream')
  for (const delta of deltas) response.write(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`)
}

function end(response: ServerResponse): void {
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
  response.end(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`)
}

const hostile = '\u001b[2J\u001b[31mred\u009b31m\u0007\u202e日本語🤖'

/** Something that answers each question as a daemon with an odd model would. */
async function openOddModel() {
  let dropped = 0
  const daemon = await openFakeDaemon({
    answer(_request, response) {
      const { messages } = JSON.parse(daemon.requests.at(-1)?.body ?? '')
      const question: string = messages.at(-1).content
      if (question === 'fail') {
        say(response, { content: 'Half of it' })
        response.end('data: {"error":{"code":"engine_failed","message":"The engine ended."}}\n\n')
      } else if (question === 'forever') {
        say(response, { content: 'On and on' })
        response.once('close', () => (dropped += 1))
      } else if (question === 'hostile') {
        say(response, { reasoning_content: 'Let me think' }, { content: hostile })
        end(response)
      } else {
        say(response, { content: `You said ${messages.length} things, at last: ${question}` })
        end(response)
      }
    },
  })
  onTestFinished(() => daemon[Symbol.asyncDispose]())
  return { daemon, dropped: () => dropped }
}

function openChat(llmd: Llmd, address: string) {
  return openTmux({
    width: 80,
    height: 30,
    command: `${process.execPath} ${program} chat odd --verbose; echo code $?; exec sleep 60`,
    env: { LLMD_HOME: llmd.home, LLMD_HOST: address, TERM: 'screen-256color', LANG: 'C.UTF-8' },
  })
}

it('without a terminal it says what to do instead', async () => {
  expect(await createLlmd().run(['chat', 'odd'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Error: A conversation needs a terminal\.\nHint: .*llmd run MODEL/),
  })
})

describe.skipIf(!hasTmux)('in a terminal (needs tmux)', () => {
  it('answers come, are stopped and fail, and the conversation goes on', async () => {
    const llmd = createLlmd()
    const { daemon, dropped } = await openOddModel()
    const chat = await openChat(llmd, daemon.address)
    await chat.until(/You talk to odd\.[^]*\n>>>$/m)
    await chat.type('hostile')
    await chat.press('Enter')
    const shown = await chat.until(
      />>> hostile\nLet me think\n\n\[2J\[31mred31m日本語🤖\n3 tokens read, 2 written/,
    )
    expect(shown).toContain('You talk to odd.')
    expect(await chat.screen({ colours: true })).toContain('\u001b[2mLet me think')

    await chat.type('forever')
    await chat.press('Enter')
    await chat.until('On and on')
    // What is typed meanwhile does not get into the answer.
    await chat.type('next')
    await chat.press('C-c')
    await chat.until(/On and on\nStopped\.\n>>> next$/m)
    await vi.waitFor(() => expect(dropped()).toBe(1), { timeout: 10_000, interval: 20 })
    await chat.press('Enter')
    await chat.until('You said 5 things, at last: next')

    await chat.type('fail')
    await chat.press('Enter')
    await chat.until(/Half of it\nError: The engine ended\.\n/)
    await chat.type('"""a')
    await chat.press('Enter')
    await chat.type('b"""')
    await chat.press('Enter')
    await chat.until('You said 7 things, at last: a\nb\n')
    // As terminals send what is pasted: no line of it is a message of its own.
    await chat.type('\u001b[200~pasted\r/lines\u001b[201~')
    await chat.press('Enter')
    await chat.until('You said 9 things, at last: pasted\n/lines\n')
    await chat.press('C-d')
    await chat.until(/code 0/)
  })

  it('what was typed is there the next time, and the terminal as it was', async () => {
    const llmd = createLlmd()
    const { daemon } = await openOddModel()
    const [before, after] = ['before', 'after'].map((name) => join(llmd.home, name))
    const chat = `${process.execPath} ${program} chat odd`
    const tmux = await openTmux({
      width: 80,
      height: 24,
      command: `stty -a > ${before}; ${chat}; stty -a > ${after}; ${chat}; ${chat} --no-history; exec sleep 60`,
      env: { LLMD_HOME: llmd.home, LLMD_HOST: daemon.address, TERM: 'screen-256color', LANG: 'C.UTF-8' },
    })
    await tmux.until('>>>')
    await tmux.type('remember me')
    await tmux.press('Enter')
    await tmux.until(/You said 1 things.*\n>>>/)
    await tmux.press('C-d')
    await tmux.until(/(You talk to odd[^]*){2}>>>\s*$/)
    expect(readFileSync(after!, 'utf8')).toBe(readFileSync(before!, 'utf8'))
    expect(statSync(join(llmd.home, 'data', 'chat-history')).mode & 0o777).toBe(0o600)
    await tmux.press('Up')
    await tmux.until(/(>>> remember me[^]*){2}/)
    await tmux.press('C-c', 'C-d')
    await tmux.until(/(You talk to odd[^]*){3}>>>\s*$/)
    await tmux.press('Up')
    await tmux.type('nothing')
    await tmux.until(/>>> nothing/)
  })
})
