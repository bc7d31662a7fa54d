/** The lines of an export, as they come: bytes, unpacked where they are packed, cut at line ends. */

/** Longer than any record; what has no line end within it is no export. */
const LINE_LENGTH_MAX = 16 * 1024 * 1024

/** What came is no export, or not a whole one. */
export class NotAnExport extends Error {}

/** JSON begins otherwise; the first piece may be a single byte. */
const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f

/** Give the lines of `source` in batches; `read` is told of how many bytes came. */
export async function* linesOf(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  read: (bytes: number) => void,
): AsyncGenerator<string[]> {
  const reader = source.getReader()
  const first = await reader.read()
  let failed: unknown = null
  const counted = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { value, done } = await reader.read().catch((error) => {
        failed = error
        throw error
      })
      if (done) return controller.close()
      read(value.length)
      controller.enqueue(value)
    },
    start(controller) {
      if (first.done) return controller.close()
      read(first.value.length)
      controller.enqueue(first.value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  const bytes = first.value && isGzip(first.value) ? counted.pipeThrough(new DecompressionStream("gzip")) : counted
  const texts = bytes.pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader()
  let rest = ""
  try {
    for (;;) {
      const { value, done } = await texts.read()
      if (done) break
      const lines = (rest + value).split("\n")
      rest = lines.pop() ?? ""
      if (rest.length > LINE_LENGTH_MAX) throw new NotAnExport("A line is longer than any record: this is no export.")
      if (lines.length) yield lines
    }
  } catch (error) {
    // Not what was read from failed, but what came from it.
    if (error instanceof NotAnExport || failed) throw error
    throw new NotAnExport("The file ends in the middle or was damaged: it cannot be unpacked whole.")
  } finally {
    await texts.cancel().catch(() => undefined)
  }
  if (rest) throw new NotAnExport("The file ends in the middle of a line: a part of it is missing.")
}
