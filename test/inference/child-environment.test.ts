import { expect, test } from 'vitest'
import { childEnvironment } from '../../src/inference/child-environment.ts'

test('passes what a child needs to find the system and the GPU', () => {
  const env = {
    PATH: '/usr/bin',
    HOME: '/home/me',
    LANG: 'C.UTF-8',
    LC_ALL: 'C',
    TMPDIR: '/tmp',
    LD_LIBRARY_PATH: '/usr/local/cuda/lib64',
    CUDA_VISIBLE_DEVICES: '0',
    NVIDIA_VISIBLE_DEVICES: 'all',
    NODE_COMPILE_CACHE: '/tmp/compiled',
  }
  expect(childEnvironment(env)).toEqual(env)
})

test.each([
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'LLMD_TOKEN',
  'LLMD_SERVER_PORT',
  'HF_TOKEN',
  'HUGGING_FACE_HUB_TOKEN',
  'AWS_SECRET_ACCESS_KEY',
  'CREDENTIALS_DIRECTORY',
  'NODE_OPTIONS',
  'LD_PRELOAD',
  'SSH_AUTH_SOCK',
  'MY_PATH',
  'PATH_TOKEN',
  'HOMEBREW_GITHUB_API_TOKEN',
  'openai_api_key',
])('keeps %s out', (name) => {
  expect(childEnvironment({ [name]: 'secret' })).toEqual({})
})
