import { useQueryClient } from "@tanstack/react-query"
import { useEffect } from "react"
import { watchEvents } from "@/api/live"

const CALM_MILLISECONDS = 500

/** Ask again for what is shown of a decision when something happens to it, or to its subject; and only then. */
export function useDecisionEvents(decisionId: string, subjectId: string | undefined): void {
  const client = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => {
      timer = undefined
      void client.invalidateQueries({
        predicate: ({ queryKey }) =>
          typeof queryKey[1] === "string" &&
          (queryKey[1].startsWith("/api/v1/decisions/{decision_id}") || queryKey[1] === "/api/v1/effects") &&
          JSON.stringify(queryKey[2] ?? null).includes(decisionId),
      })
    }
    const stop = watchEvents(({ body }) => {
      const about = [body.decision_id, body.answers, body.subject_id]
      if (about.includes(decisionId) || (subjectId && about.includes(subjectId)))
        timer ??= setTimeout(refresh, CALM_MILLISECONDS)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [client, decisionId, subjectId])
}
