/** What a child may know of our environment: where to find the system's and the GPU driver's libraries, and code. */
const passed =
  /^(PATH|HOME|LANG|LC_.+|TZ|TMPDIR|LD_LIBRARY_PATH|CUDA_.+|NVIDIA_.+|HIP_.+|ROCR_.+|GGML_.+|VK_.+|NODE_COMPILE_CACHE)$/

/** The environment of a child process: tokens and keys that operators put into ours stay out of it. */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => passed.test(name)))
}
