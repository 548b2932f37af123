/** Whether the terminal shows more than ASCII, by what the locale says; where it says nothing, it most likely does. */
export function showsUnicode(env: NodeJS.ProcessEnv): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  return locale === '' ? env['TERM'] !== 'linux' : /utf-?8/i.test(locale)
}
