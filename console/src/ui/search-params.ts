/** Reading the URL's search parameters: whatever does not fit is left out, so that no link can break a page. */

type Raw = Record<string, unknown>

export const text = (raw: Raw, name: string): string | undefined => {
  const value = raw[name]
  return typeof value === "string" && value ? value : typeof value === "number" ? String(value) : undefined
}

export const oneOf = <T extends string>(raw: Raw, name: string, allowed: readonly T[]): T | undefined =>
  allowed.find((each) => each === raw[name])

/** Some of `allowed`, or any words where nothing is said to be allowed. */
export const listOf = <T extends string>(raw: Raw, name: string, allowed?: readonly T[]): T[] | undefined => {
  const value = raw[name]
  const values = (Array.isArray(value) ? value : [value]).filter(
    (each): each is T => typeof each === "string" && each !== "",
  )
  const kept = allowed ? values.filter((each) => allowed.includes(each)) : values
  return kept.length ? kept : undefined
}

export const number = (raw: Raw, name: string): number | undefined => {
  const value = raw[name]
  const parsed =
    typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : Number.NaN
  return Number.isFinite(parsed) ? parsed : undefined
}

export const flag = (raw: Raw, name: string): true | undefined =>
  raw[name] === true || raw[name] === "true" ? true : undefined
