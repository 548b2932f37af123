import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Modules have no state: the files of a worker share what it has imported, and one process.
    isolate: false,
    // Tests wait for processes about as often as they compute.
    maxWorkers: '100%',
    unstubEnvs: true,
    setupFiles: ['test/begin-afresh.ts'],
    // The processes that tests start need not compile the same sources again.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
      TZ: 'UTC',
    },
    // Of concurrent tests in one file, which start processes: more than cores would only wait for one another.
    maxConcurrency: 2,
  },
})
