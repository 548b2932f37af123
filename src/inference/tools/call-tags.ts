/** How a family writes calls whose arguments are not one JSON object: between which tags their parts stand. */
export interface CallTags {
  /** Around a call, or around all of them. */
  open: string
  close: string
  /** Written in place of `open` at times. */
  otherOpeners?: readonly string[]
  holds: 'one call' | 'all calls'
  /** Before a call's name; empty where the name follows `open`. */
  beforeName: string
  afterName: string
  beforeKey: string
  /** Several where the tag says whether the value is a text. */
  afterKey: readonly { text: string; isText?: boolean }[]
  beforeValue: string
  afterValue: string
  /** A value stands between two line breaks that are not its own. */
  valueOnOwnLine: boolean
  /** Ends a call; empty where `close` does. */
  end: string
}
