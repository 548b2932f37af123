import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownedProcess, type OwnedProcess } from './owned-process.ts'

/** About one KiB, as a chat's answer is. */
const answer = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'bench-model',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'word '.repeat(140).trim(), refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 140, total_tokens: 149 },
})

/** Answers every request at once, with one and the same completion. */
export function startAnsweringNginx(options: {
  folder: string
  port: number
  cores: string
}): Promise<OwnedProcess> {
  return startNginx({
    ...options,
    server: `location / { default_type application/json; return 200 '${answer}'; }`,
  })
}

function upstream(name: string, port: number): string {
  return `upstream ${name} { server 127.0.0.1:${port}; keepalive 512; keepalive_requests 100000000; }`
}

/** The gateway to compare with: passes everything on, with a key of its own. */
export function startProxyingNginx(
  options: { folder: string; port: number; cores: string } & { completions: number; events: number },
): Promise<OwnedProcess> {
  return startNginx({
    ...options,
    upstreams: `${upstream('completions', options.completions)} ${upstream('events', options.events)}`,
    server: `proxy_http_version 1.1; proxy_buffering off; proxy_request_buffering off;
      proxy_set_header Connection ""; proxy_set_header Authorization "Bearer sk-upstream";
      location /completions/ { proxy_pass http://completions/; }
      location /events/ { proxy_pass http://events/; }`,
  })
}

async function startNginx(options: {
  folder: string
  port: number
  cores: string
  server: string
  upstreams?: string
}): Promise<OwnedProcess> {
  const { folder, port, cores, server, upstreams = '' } = options
  const home = join(folder, `nginx-${port}`)
  mkdirSync(home)
  const file = join(home, 'nginx.conf')
  writeFileSync(
    file,
    `worker_processes 1; daemon off; master_process off; pid ${home}/pid; error_log ${home}/error.log warn;
    worker_rlimit_nofile 8192;
    events { worker_connections 4096; }
    http {
      access_log off; tcp_nodelay on; keepalive_requests 100000000; client_body_buffer_size 64k;
      client_body_temp_path ${home}/body; proxy_temp_path ${home}/proxy; fastcgi_temp_path ${home}/fastcgi;
      uwsgi_temp_path ${home}/uwsgi; scgi_temp_path ${home}/scgi;
      ${upstreams}
      server { listen 127.0.0.1:${port} backlog=4096; ${server} }
    }`,
  )
  const child = spawn('taskset', ['-c', cores, 'nginx', '-c', file, '-e', join(home, 'error.log')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return ownedProcess(child, port)
}
