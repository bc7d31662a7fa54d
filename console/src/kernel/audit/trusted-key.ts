/** A public key that the reader brought from elsewhere; kept in this browser, so that later checks are made against it. */
import { useSyncExternalStore } from "react"
import { type Bytes, fromHex, KEY_BYTES, toHex } from "./hashing"

const KEY = "audit-public-key"
const listeners = new Set<() => void>()

function stored(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null // Storage is blocked: the key lasts as long as the page.
  }
}

let digits: string | null = stored()
let key: Bytes | null = fromHex(digits, KEY_BYTES)

export function keepKey(next: Bytes | null): void {
  digits = next && toHex(next)
  key = next
  try {
    if (digits) localStorage.setItem(KEY, digits)
    else localStorage.removeItem(KEY)
  } catch {
    // Storage is blocked.
  }
  for (const listener of listeners) listener()
}

/** The key to verify with; null where the reader has brought none. */
export const useTrustedKey = (): Bytes | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => key,
  )
