/** Sending a file with news of how far it is, which `fetch` cannot tell. */
import { chosenOrganization } from "./organization"
import { ApiError, readProblem } from "./problem"

interface Sending {
  query: Record<string, string | number | boolean | undefined>
  headers?: Record<string, string>
  /** How much is sent, 0 to 1; from 1 on the server reads it. */
  onProgress: (share: number) => void
  signal: AbortSignal
}

const CREATED = 201

/** POST a file as it is; every answer that is no success is thrown as an ApiError. */
export function sendFile<Answer>(path: string, file: File, { query, headers, onProgress, signal }: Sending) {
  return new Promise<Answer>((resolve, reject) => {
    const request = new XMLHttpRequest()
    const address = new URL(path, location.origin)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined && value !== "") address.searchParams.set(name, String(value))
    request.open("POST", address)
    const organization = chosenOrganization()
    if (organization) request.setRequestHeader("X-Organization", organization)
    for (const [name, value] of Object.entries(headers ?? {})) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0)
    request.upload.onload = () => onProgress(1)
    request.onload = () => {
      if (request.status === CREATED) return resolve(JSON.parse(request.responseText) as Answer)
      const answer = new Response(request.responseText, {
        status: request.status,
        headers: { "Retry-After": request.getResponseHeader("Retry-After") ?? "" },
      })
      void readProblem(answer).then(reject)
    }
    request.onerror = () => reject(ApiError.unreachable())
    request.onabort = () => reject(new DOMException("Sending was stopped.", "AbortError"))
    if (signal.aborted) return reject(new DOMException("Sending was stopped.", "AbortError"))
    signal.addEventListener("abort", () => request.abort(), { once: true })
    request.send(file)
  })
}
