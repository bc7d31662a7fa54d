const split = (text: string) =>
  text
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

/** Behind every command whose name fits, before those that fit by another word. */
const FOUND_SCORE = 0.6

/** How well a command fits what was typed: every word typed must begin one of its words. 0 is not at all. */
export function rank(label: string, typed: string, terms: string[] = []): number {
  const wanted = split(typed)
  if (wanted.length === 0) return 1
  const fits = (words: string[]) => wanted.every((word) => words.some((each) => each.startsWith(word)))
  const own = split(label)
  if (own.join(" ").startsWith(wanted.join(" "))) return 1
  if (fits(own)) return 0.8
  return fits([...own, ...terms.flatMap(split)]) ? 0.4 : 0
}

export interface Entry {
  id: string
  label: string
  terms: string[]
  /** Found by the server: it fits by what was asked. */
  found?: boolean
}

/** Groups with what fits of them, the best first; as they are where nothing is typed. */
export function arrange<E extends Entry>(
  groups: { heading: string; entries: E[] }[],
  typed: string,
): { heading: string; entries: E[] }[] {
  const scored = groups
    .map(({ heading, entries }) => {
      const fitting = entries
        .map((entry) => ({ entry, score: entry.found ? FOUND_SCORE : rank(entry.label, typed, entry.terms) }))
        .filter(({ score }) => score > 0)
      // Where nothing is typed the order is the one that was given.
      if (typed.trim()) fitting.sort((one, other) => other.score - one.score)
      return { heading, entries: fitting.map(({ entry }) => entry), best: fitting[0]?.score ?? 0 }
    })
    .filter(({ entries }) => entries.length > 0)
  if (typed.trim()) scored.sort((one, other) => other.best - one.best)
  return scored.map(({ heading, entries }) => ({ heading, entries }))
}
