/** Sending the points of a file, as many at once as the API takes. */
import { api, once } from "@/api/client"
import type { Fault, ReadFile } from "./points-file"
import { METRICS } from "./queries"

const AT_ONCE = 10_000

export interface Sent {
  taken: number
  replaced: number
  faults: Fault[]
  leftOut: number
}

/** Send all of it in order of the file; `onProgress` is told the share that went. Nothing is taken twice by a second try. */
export async function sendPoints(
  name: string,
  { points, faults }: ReadFile,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Sent> {
  const sent: Sent = { taken: 0, replaced: 0, faults: [...faults], leftOut: 0 }
  for (let from = 0; from < points.length; from += AT_ONCE) {
    const batch = points.slice(from, from + AT_ONCE)
    const { data } = await api.POST(`${METRICS}/{metric_name}/points`, {
      params: { path: { metric_name: name } },
      headers: once(),
      body: { points: batch.map(({ at, value }) => ({ at, value })) },
      signal,
    })
    if (data) {
      sent.taken += data.taken
      sent.replaced += data.replaced
      sent.leftOut += data.refused - data.quarantine.length
      for (const { place, why } of data.quarantine)
        sent.faults.push({ row: batch[place]?.line ?? 0, code: "refused", field: "", reason: why })
    }
    onProgress(Math.min(1, (from + AT_ONCE) / points.length))
  }
  return sent
}
