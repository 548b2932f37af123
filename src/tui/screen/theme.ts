import type { Ground, Style } from './span.ts'

/** The SGR parameters of each style and ground. */
export interface Theme {
  styles: Record<Style, string>
  grounds: Record<Ground, string>
}

/** Bright and plain are the same there, and grey is invisible: what is muted looks as everything else. */
const eight: Theme = {
  styles: { muted: '', strong: '1', accent: '36', good: '32', warn: '33', bad: '31', graph: '36' },
  grounds: { selected: '7', bar: '7', active: '1;7', field: '4', match: '30;43', alert: '1;37;41' },
}

const sixteen: Theme = {
  styles: { muted: '90', strong: '1', accent: '96', good: '92', warn: '93', bad: '91', graph: '36' },
  grounds: {
    selected: '97;44',
    bar: '97;100',
    active: '1;30;46',
    field: '4',
    match: '30;43',
    alert: '1;97;41',
  },
}

const many: Theme = {
  styles: {
    muted: '38;5;245',
    strong: '1',
    accent: '38;5;80',
    good: '38;5;114',
    warn: '38;5;221',
    bad: '38;5;210',
    graph: '38;5;73',
  },
  grounds: {
    selected: '48;5;24;38;5;255',
    bar: '48;5;236',
    active: '1;38;5;16;48;5;80',
    field: '48;5;238',
    match: '38;5;16;48;5;221',
    alert: '1;38;5;231;48;5;124',
  },
}

const none: Theme = {
  styles: { muted: '', strong: '1', accent: '', good: '', warn: '1', bad: '1', graph: '' },
  grounds: { selected: '7', bar: '7', active: '1;4;7', field: '4', match: '1;4', alert: '1;7' },
}

/** @param options.colours how many the terminal has */
export function createTheme({ colours, env }: { colours: number; env: NodeJS.ProcessEnv }): Theme {
  if (env['NO_COLOR'] || colours < 8) return none
  if (colours >= 256) return many
  return colours >= 16 ? sixteen : eight
}
