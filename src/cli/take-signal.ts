/**
 * Makes this the only handler of a signal. The package that conf writes its file with raises every signal anew once it
 * has heard of it, which would pass for a second one.
 */
export function takeSignal(signal: NodeJS.Signals, handler: (signal: NodeJS.Signals) => void): void {
  process.removeAllListeners(signal)
  process.on(signal, handler)
}
