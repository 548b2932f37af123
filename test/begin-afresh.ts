import { beforeAll } from 'vitest'

// A daemon in the process of a test takes rights from all that it writes from then on.
beforeAll(() => void process.umask(0o022))
