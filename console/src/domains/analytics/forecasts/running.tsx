import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Ban } from "lucide-react"
import { useActing } from "@/kernel/tasks/acting"
import { Progress } from "@/kernel/tasks/state"
import { Button } from "@/ui/button"
import { toastError } from "@/ui/toast"
import { aboutForecasts, type Forecast } from "./queries"

/** How far a forecast is that is being computed, and how to stop it. */
export function Running({ forecast }: { forecast: Forecast }) {
  const client = useQueryClient()
  const acting = useActing()
  const cancel = useMutation({
    mutationFn: (task: string) => acting.cancel(task),
    onSettled: () => client.invalidateQueries({ predicate: aboutForecasts }),
    onError: (error) => toastError(error),
  })
  return (
    <div className="card flex flex-wrap items-center gap-3 p-4 text-[13px]" role="status">
      <Progress value={forecast.progress ?? 0} label={`Progress of ${forecast.name}`} />
      <span className="text-ink-2">{forecast.stage || "It waits for its turn."}</span>
      <span className="text-ink-3">You may leave this page; it goes on.</span>
      {forecast.task_id && (
        <Button className="ml-auto" busy={cancel.isPending} onClick={() => cancel.mutate(forecast.task_id!)}>
          {!cancel.isPending && <Ban aria-hidden />} Cancel
        </Button>
      )}
    </div>
  )
}
