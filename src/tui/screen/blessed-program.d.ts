/** Keys, mouse and modes of a terminal alone: blessed's widgets take more memory than what is made of them here. */
declare module 'blessed/lib/program.js' {
  import type { BlessedProgram, Widgets } from 'blessed'

  export default function createProgram(
    options: Omit<Widgets.IScreenOptions, 'tput'> & { tput: false },
  ): BlessedProgram
}
