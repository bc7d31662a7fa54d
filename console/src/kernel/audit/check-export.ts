/** Verifying an export from this page: in a worker, piece by piece, with progress and a way to stop. */
import type { FromWorker, ToWorker } from "./export-worker"
import type { Bytes } from "./hashing"
import type { ExportReport, Progress } from "./verify-export"

export async function checkExport(
  source: ReadableStream<Bytes>,
  key: Bytes,
  tell: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<ExportReport> {
  const reader = source.getReader()
  const worker = new Worker(new URL("./export-worker.ts", import.meta.url), { type: "module" })
  const send = (message: ToWorker, moved: Transferable[] = []) => worker.postMessage(message, moved)
  try {
    return await new Promise<ExportReport>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true })
      worker.onerror = () => reject(new Error("The check could not be started in this browser."))
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === "more")
          reader
            .read()
            .then(
              ({ value, done }) => send({ type: "piece", piece: done ? null : value }, done ? [] : [value.buffer]),
              reject,
            )
        else if (data.type === "progress") tell(data.progress)
        else if (data.type === "done") resolve(data.report)
        else reject(new Error(data.message))
      }
      send({ type: "begin", key })
    })
  } finally {
    worker.terminate()
    await reader.cancel().catch(() => undefined)
  }
}
