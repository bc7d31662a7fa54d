/** A form from the JSON Schema of a channel's settings: its fields, and between what is typed and what is sent. */

interface Property {
  type?: string
  enum?: string[]
  anyOf?: Property[]
  default?: unknown
  description?: string
  title?: string
  minimum?: number
  maximum?: number
  maxLength?: number
  maxItems?: number
}

export interface FormField {
  name: string
  label: string
  hint?: string
  as: "text" | "number" | "choice" | "lines"
  choices: string[]
  required: boolean
  /** Rarely changed: shown when asked for. */
  rare: boolean
  initial: string
  low?: number
  high?: number
  lengthMax?: number
}

/** What each field is called and what it asks for; a field that is not named here is called as the schema says. */
const WORDS: Record<string, [label: string, hint?: string]> = {
  host: ["Mail server", "Such as smtp.example.com."],
  port: ["Port"],
  security: ["Encryption"],
  username: ["User", "Leave empty where the server asks for none."],
  sender: ["From", "The address that messages come from."],
  recipients: ["To", "One address a line, at most 20."],
  channel: ["Channel", "With a bot's token: #alerts or the channel's id. Leave empty for an incoming webhook."],
  api_url: ["Address of the API"],
  webhook_host: ["Host of incoming webhooks"],
  region: ["Region"],
  chat_id: ["Chat", "Its id, such as -1001234567890, or @name."],
  url: ["Address", "https:// and reachable from the internet."],
}
const RARE = new Set(["api_url", "webhook_host"])
export const CHOICE_LABELS: Record<string, string> = {
  starttls: "STARTTLS",
  tls: "TLS from the start",
  none: "None",
  us: "United States",
  eu: "Europe",
}

/** The fields of a schema, in its order. */
export function fieldsOf(schema: Record<string, unknown>): FormField[] {
  const required = (schema.required as string[] | undefined) ?? []
  return Object.entries((schema.properties as Record<string, Property> | undefined) ?? {}).map(([name, property]) => {
    const inner = property.anyOf?.find((each) => each.type !== "null") ?? property
    const [label, hint] = WORDS[name] ?? [property.title ?? name, property.description]
    return {
      name,
      label,
      hint,
      as: inner.enum ? "choice" : inner.type === "array" ? "lines" : inner.type === "integer" ? "number" : "text",
      choices: inner.enum ?? [],
      required: required.includes(name),
      rare: RARE.has(name),
      initial: written(property.default),
      low: inner.minimum,
      high: inner.maximum,
      lengthMax: inner.maxLength,
    }
  })
}

/** A setting as it stands in its field. */
export const written = (value: unknown): string =>
  Array.isArray(value) ? value.join("\n") : value === null || value === undefined ? "" : String(value)

/** The settings as they are sent; what is empty is left out, and so at its default. */
export function settingsOf(fields: FormField[], values: Record<string, string>): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  for (const { name, as, initial } of fields) {
    const value = (values[name] ?? initial).trim()
    if (value === "") continue
    if (as === "number") settings[name] = Number(value)
    else if (as === "lines")
      settings[name] = value
        .split(/[\n,;]+/)
        .map((each) => each.trim())
        .filter(Boolean)
    else settings[name] = value
  }
  return settings
}
