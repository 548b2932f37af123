const mostTried = 3

/** Models that answer no chats, going by their names. */
const notForChats =
  /embed|bge-|whisper|tts|transcri|speech|audio|realtime|dall-e|image|flux|diffusion|sora|video|veo|moderation|guard|rerank|ocr|davinci|babbage|instruct-0914/i

/**
 * Which of the listed models a connection is best tried with: what the vendor's row suggests, else whatever looks
 * like chatting. Empty where nothing is listed and nothing suggested.
 * @param listed null where the provider gives no list
 */
export function chooseTrialModels(listed: string[] | null, suggested: string[]): string[] {
  if (listed === null) return suggested.slice(0, 1)
  const preferred = suggested.flatMap((beginning) => {
    const matches = listed.filter((id) => id.startsWith(beginning) && !notForChats.test(id))
    return matches.toSorted((a, b) => a.length - b.length).slice(0, 1)
  })
  const others = listed.filter((id) => !notForChats.test(id))
  return [...new Set([...preferred, ...others])].slice(0, mostTried)
}
