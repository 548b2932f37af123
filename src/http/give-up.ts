/** Lets a source clean up wherever it stands; what it still throws has no one left to hear it. */
export async function giveUp(source: AsyncIterator<unknown>): Promise<void> {
  try {
    await source.return?.()
  } catch {
    // The answer is over either way.
  }
}
