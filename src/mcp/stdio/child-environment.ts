/** What a program may know of our environment: where to find others, and whose home it has. */
const passed = /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.+|TZ|TMPDIR)$/

/** The environment of a server's process: tokens and keys that operators put into ours stay out of it. */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  variables: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(Object.entries(env).filter(([name]) => passed.test(name))), ...variables }
}
