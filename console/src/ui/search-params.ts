/**
 * Reading the URL's search parameters: whatever does not fit is left out, so that no link can break a page. Left out means
 * undefined by name: what a `validateSearch` does not name the router keeps as it stands in the address.
 */

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

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A number where it lies between two bounds, both included. */
export const within = (value: number | undefined, low: number, high: number): number | undefined =>
  value !== undefined && value >= low && value <= high ? value : undefined

/** A day or a moment. */
export const moment = (raw: Raw, name: string): string | undefined => {
  const value = text(raw, name)
  return value !== undefined && !Number.isNaN(Date.parse(value)) ? value : undefined
}

export const uuid = (raw: Raw, name: string): string | undefined => {
  const value = text(raw, name)
  return value !== undefined && UUID.test(value) ? value : undefined
}

/** Text of at most so many characters; what is longer is cut. */
export const short = (raw: Raw, name: string, lengthMax: number): string | undefined =>
  text(raw, name)?.slice(0, lengthMax)

const VERSION_MAX = 2 ** 31 - 1

/** The number of a version: whole, from 1 on. */
export const version = (raw: Raw, name: string): number | undefined => {
  const value = within(number(raw, name), 1, VERSION_MAX)
  return value !== undefined && Number.isInteger(value) ? value : undefined
}

/** How many of a search's parameters are set, but for those in `beside`. */
export const countSet = (search: object, beside: readonly string[]): number =>
  Object.entries(search).filter(([name, value]) => value !== undefined && !beside.includes(name)).length
