import { useQueryClient } from "@tanstack/react-query"
import { useCallback, useEffect, useState } from "react"
import { type LiveEvent, watchEvents } from "@/api/live"
import { APPLICATIONS } from "./queries"

const CALM_MILLISECONDS = 500
const KIND = "lending.application"

const isAbout = ({ name, body }: LiveEvent) => name.startsWith(`${KIND}.`) || body.kind === KIND

const NONE: readonly string[] = []

/**
 * Ask again for what is shown of an application when something happens to it, its decision, or one of `others`: its offers,
 * its loan and how that is paid out.
 */
export function useApplicationEvents(
  applicationId: string,
  decisionId: string | null | undefined,
  others: readonly string[] = NONE,
): void {
  const client = useQueryClient()
  const listed = others.join(" ")
  useEffect(() => {
    const ids = listed === "" ? [] : listed.split(" ")
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => {
      timer = undefined
      void client.invalidateQueries({
        predicate: ({ queryKey }) => {
          const path = String(queryKey[1])
          const told = JSON.stringify(queryKey[2] ?? null)
          return (
            (path.startsWith(`${APPLICATIONS}/{`) && told.includes(applicationId)) ||
            (path.startsWith("/api/v1/lending/") && ids.some((id) => told.includes(id))) ||
            (path === "/api/v1/effects" && decisionId != null && told.includes(decisionId))
          )
        },
      })
    }
    const stop = watchEvents(({ body }) => {
      const about = Object.values(body)
      if (
        about.includes(applicationId) ||
        (decisionId && about.includes(decisionId)) ||
        ids.some((id) => about.includes(id))
      )
        timer ??= setTimeout(refresh, CALM_MILLISECONDS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [client, applicationId, decisionId, listed])
}

/** How many applications something happened to since the list was last fetched anew, and how to begin counting again. */
export function useFreshApplications(): [number, () => void] {
  const [fresh, setFresh] = useState<ReadonlySet<unknown>>(new Set())
  useEffect(
    () =>
      watchEvents((event) => {
        if (!isAbout(event)) return
        const id = event.body.subject_id ?? event.body.application_id ?? event.id
        setFresh((known) => (known.has(id) ? known : new Set([...known, id])))
      }),
    [],
  )
  return [fresh.size, useCallback(() => setFresh(new Set()), [])]
}
