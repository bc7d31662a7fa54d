import { useMutation, useQueryClient } from "@tanstack/react-query"
import { Download, Ellipsis, RotateCcw, Trash2 } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { download } from "@/ui/download"
import { Menu } from "@/ui/menu"
import { toast, toastError } from "@/ui/toast"
import { aboutForecasts, FORECASTS, type Forecast } from "./queries"
import { forecastRoute } from "./routes"

/** What can be done with a forecast: export, run again, remove. */
export function ForecastActions({ forecast }: { forecast: Forecast }) {
  const can = useCan()
  const client = useQueryClient()
  const navigate = forecastRoute.useNavigate()
  const [removing, setRemoving] = useState(false)
  const path = { forecast_id: forecast.id }
  const refresh = () => client.invalidateQueries({ predicate: aboutForecasts })
  const again = useMutation({
    mutationFn: async () => {
      const { data } = await api.POST(`${FORECASTS}/{forecast_id}/rerun`, { params: { path, header: once() } })
      return data!
    },
    onSuccess: ({ state }) => {
      toast(state === "running" ? "It is being computed again" : "Computed again, from the rows as they are now")
      return refresh()
    },
    onError: (error) => toastError(error),
  })
  const save = useMutation({
    mutationFn: async () => {
      const { data } = await api.GET(`${FORECASTS}/{forecast_id}/export`, { params: { path }, parseAs: "blob" })
      download(`${forecast.name}.csv`, data as Blob, "text/csv")
    },
    onError: (error) => toastError(error),
  })
  const running = forecast.state === "running"
  return (
    <>
      {forecast.state === "done" && (
        <Button onClick={() => save.mutate()} busy={save.isPending}>
          {!save.isPending && <Download aria-hidden />} Export CSV
        </Button>
      )}
      {can("ai_analytics:generate") && !running && (
        <Button onClick={() => again.mutate()} busy={again.isPending}>
          {!again.isPending && <RotateCcw aria-hidden />} Run again
        </Button>
      )}
      {can("ai_analytics:manage") && !running && (
        <Menu
          label="More"
          items={[{ label: "Remove…", icon: <Trash2 />, danger: true, run: () => setRemoving(true) }]}
          trigger={
            <Button size="icon" aria-label="More">
              <Ellipsis />
            </Button>
          }
        />
      )}
      {removing && (
        <Confirm
          open
          danger
          title={`Remove “${forecast.name}”?`}
          confirm="Remove the forecast"
          onClose={() => setRemoving(false)}
          onConfirm={async () => {
            await api.DELETE(`${FORECASTS}/{forecast_id}`, { params: { path } })
            toast(`“${forecast.name}” was removed`)
            await navigate({ to: "/forecasts", search: {} })
            void refresh()
          }}
        >
          What it said is lost. The rows it was made from stay.
        </Confirm>
      )}
    </>
  )
}
