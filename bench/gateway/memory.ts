import { readFileSync } from 'node:fs'
import { Agent, request, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Gateway } from './gateways.ts'

const messages = [{ role: 'user', content: 'Say something.' }]

/** Resident memory of the gateway's process while 256 streams run, in MB. */
export async function measureStreamsMemory(gateway: Gateway): Promise<number> {
  const agent = new Agent({ maxSockets: 256 })
  const answers = await Promise.all(
    Array.from({ length: 256 }, () => ask(gateway, { agent, events: 300, paceUs: 5000 })),
  )
  let largest = 0
  const watch = setInterval(() => (largest = Math.max(largest, residentMb(gateway.pid))), 50)
  await Promise.all(answers.map(readWhole))
  clearInterval(watch)
  agent.destroy()
  return largest
}

/** What the gateway's process grows by while one client leaves unread what comes as fast as it can, in MB. */
export async function measureSlowReader(gateway: Gateway): Promise<number> {
  const agent = new Agent()
  const before = residentMb(gateway.pid)
  const answer = await ask(gateway, { agent, events: 1_000_000, paceUs: 0 })
  answer.pause()
  let largest = before
  for (let sample = 0; sample < 60; sample++) {
    await delay(50)
    largest = Math.max(largest, residentMb(gateway.pid))
  }
  answer.destroy()
  agent.destroy()
  return largest - before
}

function ask(
  gateway: Gateway,
  { agent, events, paceUs }: { agent: Agent; events: number; paceUs: number },
): Promise<IncomingMessage> {
  const { url, headers, model } = gateway.events
  const body = JSON.stringify({ model, messages, stream: true, max_tokens: events, seed: paceUs })
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    })
    outgoing.once('response', resolve).once('error', reject).end(body)
  })
}

async function readWhole(answer: IncomingMessage): Promise<void> {
  for await (const _ of answer);
}

function residentMb(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) / 1024
}
