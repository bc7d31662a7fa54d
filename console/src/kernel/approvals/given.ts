/** Answers given from this tab that can still be taken back, newest last. */
import type { Draft } from "./drafts"

export interface Given {
  ids: string[]
  /** In the browser's own time. */
  until: number
  /** What to show again when it was one case that is taken back. */
  draft?: Draft
  /** Take its notice away. */
  dismiss: () => void
}

let given: Given[] = []

export function remember(answer: Given): void {
  given = [...given.filter((each) => each.until > Date.now()), answer]
}

/** The last answer that can still be taken back. */
export const last = (): Given | undefined => given.findLast((each) => each.until > Date.now())

export function forget(answer: Given): void {
  answer.dismiss()
  given = given.filter((each) => each !== answer)
}

export const givenFor = (id: string) => given.find((each) => each.ids.includes(id))
