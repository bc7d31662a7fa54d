/** The two algorithms of the log, as the browser has them: SHA-256 and Ed25519 (Web Crypto). Bytes are hexadecimal in JSON. */

export type Bytes = Uint8Array<ArrayBuffer>

/** The browser cannot do the sums: there is nothing wrong with the log. */
export class CannotCheck extends Error {}

const UTF8 = new TextEncoder()
export const utf8 = (text: string): Bytes => UTF8.encode(text)

/** Read lower-case hexadecimal; null where it is none, or not `length` bytes long. */
export function fromHex(text: unknown, length?: number): Bytes | null {
  if (typeof text !== "string" || text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return null
  if (length !== undefined && text.length !== 2 * length) return null
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16)
  return bytes
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

export const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])

export function join(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function subtle(): SubtleCrypto {
  // Browsers give Web Crypto to pages over HTTPS and to this machine's own addresses only.
  if (!globalThis.crypto?.subtle)
    throw new CannotCheck("This browser does no cryptography on a page without HTTPS. Open the console over HTTPS.")
  return crypto.subtle
}

export const sha256 = async (bytes: Bytes): Promise<Bytes> => new Uint8Array(await subtle().digest("SHA-256", bytes))

const LEAF = new Uint8Array([0])
const NODE = new Uint8Array([1])

/** The hash of a leaf: what was written, mixed with a salt so that short bodies cannot be guessed. */
export const leafHash = (salt: Bytes, body: string): Promise<Bytes> => sha256(join(LEAF, salt, utf8(body)))

export const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(join(NODE, left, right))

/** A check of signatures by one key: true, false, or null where this browser does not know Ed25519. */
export type SignatureCheck = (message: string, signature: Bytes) => Promise<boolean | null>

export const KEY_BYTES = 32
export const SIGNATURE_BYTES = 64

export async function signatureCheck(key: Bytes): Promise<SignatureCheck> {
  let imported: CryptoKey
  try {
    imported = await subtle().importKey("raw", key, { name: "Ed25519" }, false, ["verify"])
  } catch (error) {
    if (error instanceof CannotCheck) throw error
    return async () => null
  }
  return (message, signature) => subtle().verify({ name: "Ed25519" }, imported, signature, utf8(message))
}

/** What a public key is compared by: SHA-256 of its 32 bytes. Its first 16 digits are its name in checkpoints. */
export const fingerprint = async (key: Bytes): Promise<string> => toHex(await sha256(key))

export const KEY_NAME_DIGITS = 16

/** A fingerprint in groups of four, for eyes. */
export const grouped = (digits: string): string => digits.replace(/(.{4})(?=.)/g, "$1 ")

// The one structure around an Ed25519 public key (RFC 8410).
const SPKI_PREFIX = "302a300506032b6570032100"

/** Read a public key as people have it: a PEM file, or its 64 hexadecimal digits; null where it is neither. */
export function readKey(text: string): Bytes | null {
  const pem = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(text)
  if (!pem) return fromHex(text.replaceAll(/[\s:]/g, "").toLowerCase(), KEY_BYTES)
  try {
    const digits = toHex(Uint8Array.from(atob(pem[1]!.replaceAll(/\s/g, "")), (letter) => letter.charCodeAt(0)))
    return digits.startsWith(SPKI_PREFIX) ? fromHex(digits.slice(SPKI_PREFIX.length), KEY_BYTES) : null
  } catch {
    return null // No base64.
  }
}
