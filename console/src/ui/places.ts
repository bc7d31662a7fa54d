/** Time zones and currencies to choose from, as the browser knows them. */
import type { Option } from "./combobox"

const offset = (timeZone: string, at: Date) =>
  new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" })
    .formatToParts(at)
    .find((part) => part.type === "timeZoneName")
    ?.value.replace("GMT", "UTC")

/** "Europe/Berlin" with its offset now; `also` is one that is in use though the browser does not list it. */
export function timeZones(at: Date, also: string): Option[] {
  const names = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), also])
  return [...names].filter(Boolean).map((value) => {
    let note: string | undefined
    try {
      note = offset(value, at)
    } catch {
      // A zone that this browser does not know.
    }
    return { value, label: value.replaceAll("_", " "), note: note === "UTC" && value === "UTC" ? undefined : note }
  })
}

/** "EUR" with its name in the reader's language. */
export function currencies(also: string): Option[] {
  const name = new Intl.DisplayNames(undefined, { type: "currency" })
  const codes = new Set([...Intl.supportedValuesOf("currency"), also])
  return [...codes].map((value) => ({ value, label: value, note: name.of(value) }))
}
