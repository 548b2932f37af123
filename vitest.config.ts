import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Of concurrent tests in one file, which start processes: more than cores would only wait for one another.
    maxConcurrency: 2,
  },
})
