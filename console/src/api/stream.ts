/** Reading server-sent events with fetch, since EventSource can send no header. */

export interface Message {
  id: string
  name: string
  data: string
}

/** Take whole messages off the front of `buffer`; the rest waits for more. */
export function splitMessages(buffer: string): { messages: Message[]; rest: string } {
  const messages: Message[] = []
  const parts = buffer.replaceAll("\r\n", "\n").split("\n\n")
  const rest = parts.pop() ?? ""
  for (const part of parts) {
    const message = { id: "", name: "message", data: "" }
    for (const line of part.split("\n")) {
      if (line.startsWith("id:")) message.id = line.slice(3).trim()
      else if (line.startsWith("event:")) message.name = line.slice(6).trim()
      else if (line.startsWith("data:")) message.data += (message.data && "\n") + line.slice(5).trimStart()
    }
    if (message.id || message.data) messages.push(message)
  }
  return { messages, rest }
}

/** Read one stream until it ends or fails; calls `receive` with each batch of messages. */
export async function readStream(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  open: () => void,
  receive: (messages: Message[]) => void,
): Promise<Response> {
  const response = await fetch(url, { headers: { Accept: "text/event-stream", ...headers }, signal, cache: "no-store" })
  if (!response.ok || !response.body) return response
  open()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let buffer = ""
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return response
    const { messages, rest } = splitMessages(buffer + value)
    buffer = rest
    if (messages.length) receive(messages)
  }
}
