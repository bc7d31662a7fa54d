/** Verifies an export beside the page, so that the page stays quick. It asks for each piece when it is ready for it. */
import type { Bytes } from "./hashing"
import { type ExportReport, type Progress, verifyExport } from "./verify-export"

export type ToWorker = { type: "begin"; key: Bytes } | { type: "piece"; piece: Bytes | null }
export type FromWorker =
  | { type: "more" }
  | { type: "progress"; progress: Progress }
  | { type: "done"; report: ExportReport }
  | { type: "failed"; message: string }

const page = globalThis as unknown as {
  postMessage: (message: FromWorker) => void
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null
}

let controller: ReadableStreamDefaultController<Bytes>
let arrived: () => void = () => undefined

const source = new ReadableStream<Bytes>({
  start(given) {
    controller = given
  },
  pull: () =>
    new Promise<void>((resolve) => {
      arrived = resolve
      page.postMessage({ type: "more" })
    }),
})

page.onmessage = ({ data }) => {
  if (data.type === "begin") void run(data.key)
  else {
    if (data.piece) controller.enqueue(data.piece)
    else controller.close()
    arrived()
  }
}

const TOLD_MILLISECONDS = 150

async function run(key: Bytes) {
  let told = 0
  const tell = (progress: Progress) => {
    const now = performance.now()
    if (now - told < TOLD_MILLISECONDS) return
    told = now
    page.postMessage({ type: "progress", progress })
  }
  try {
    const report = await verifyExport(source, key, tell)
    page.postMessage({ type: "done", report })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    page.postMessage({ type: "failed", message })
  }
}
