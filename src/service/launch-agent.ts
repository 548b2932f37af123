export interface LaunchAgentOptions {
  label: string
  /** Node, and bin/run.js; absolute. */
  command: string[]
  home: string | undefined
  /** Takes what llmd writes, which is its log. */
  logFile: string
}

/** The property list that runs llmd as an agent of launchd, from login on. */
export function launchAgent({ label, command, home, logFile }: LaunchAgentOptions): string {
  const lines = [
    ...entry('Label', string(label)),
    ...entry('ProgramArguments', array([...command, 'serve', '--no-first-token'])),
    ...(home === undefined
      ? []
      : entry('EnvironmentVariables', dictionary(entry('LLMD_HOME', string(home))))),
    ...entry('RunAtLoad', ['<true/>']),
    ...entry('KeepAlive', dictionary(entry('SuccessfulExit', ['<false/>']))),
    // Open requests may end first.
    ...entry('ExitTimeOut', ['<integer>60</integer>']),
    ...entry('SoftResourceLimits', dictionary(entry('NumberOfFiles', ['<integer>65536</integer>']))),
    // 0077
    ...entry('Umask', ['<integer>63</integer>']),
    ...entry('StandardOutPath', string(logFile)),
    ...entry('StandardErrorPath', string(logFile)),
  ]
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    ...dictionary(lines),
    '</plist>',
  ].join('\n')}\n`
}

const entry = (key: string, value: string[]) => [`<key>${key}</key>`, ...value]

const indent = (lines: string[]) => lines.map((line) => `  ${line}`)

const dictionary = (lines: string[]) => ['<dict>', ...indent(lines), '</dict>']

const array = (items: string[]) => ['<array>', ...indent(items.flatMap(string)), '</array>']

const string = (text: string) => [`<string>${escape(text)}</string>`]

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
