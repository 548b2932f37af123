import type { RequestStory } from '../api/requests.ts'

/** The stories of the last few hundred requests. */
export interface StoryMemory {
  add(story: RequestStory): void
  find(id: string): RequestStory | undefined
}

/** A ring: adding costs the same however many there are, which a Map that forgets its oldest entry does not offer. */
export function rememberStories(most: number): StoryMemory {
  const stories: RequestStory[] = []
  let next = 0
  return {
    add(story) {
      stories[next] = story
      next = (next + 1) % most
    },
    find: (id) => stories.find((story) => story.id === id),
  }
}
