import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { RotateCw } from "lucide-react"
import { api, once } from "@/api/client"
import { Badge, Copy, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Fetched } from "@/ui/states"
import { toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { deliveryQuery, refresh } from "./queries"
import { DeliveryState } from "./states"

/** One delivery with every try: the status, how long it took, how the answer began. */
export function DeliveryDetail({ id, mayManage }: { id: string; mayManage: boolean }) {
  const client = useQueryClient()
  const delivery = useQuery(deliveryQuery(id))
  const retry = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/webhooks/deliveries/{webhook_delivery_id}/retry", {
        params: { path: { webhook_delivery_id: id } },
        headers: once(),
      }),
    onError: (error) => toastError(error),
    onSettled: () => refresh(client),
  })
  return (
    <Fetched query={delivery}>
      {(row) => (
        <div className="flex flex-col gap-4">
          <div>
            <span role="status">
              <DeliveryState row={row} />
            </span>
            <h2 className="mono mt-2 text-[13px] font-semibold break-words">{row.event_name}</h2>
          </div>
          {mayManage && !row.sending && (
            <Button className="self-start" busy={retry.isPending} onClick={() => retry.mutate()}>
              {!retry.isPending && <RotateCw aria-hidden />} Send again now
            </Button>
          )}
          <Facts
            items={[
              ["webhook-id", <Copy key="id" text={row.webhook_id} label="Copy the webhook-id" />],
              ["Made", <When key="made" at={row.created_at} clock="system" />],
              [
                "Next try",
                row.due_at ? (
                  <When key="due" at={row.due_at} clock="system" />
                ) : row.state === "dead" ? (
                  "none: dead"
                ) : (
                  "–"
                ),
              ],
            ]}
          />
          <section>
            <h3 className="mb-2 text-[13px] font-semibold">Tries</h3>
            {row.tries.length === 0 && <p className="text-[13px] text-ink-3">None yet: it waits for a worker.</p>}
            <ol className="flex flex-col gap-2">
              {row.tries.toReversed().map((each) => (
                <li key={each.number} className="rounded-control border p-2.5 text-[13px]">
                  <p className="flex flex-wrap items-center gap-2">
                    <span className="num text-ink-3">{each.number}</span>
                    <Badge tone={each.status && each.status >= 200 && each.status < 300 ? "good" : "bad"}>
                      {each.status ?? "No answer"}
                    </Badge>
                    <span className="num text-xs text-ink-3">{each.milliseconds.toLocaleString()} ms</span>
                    <When at={each.at} clock="system" className="ml-auto text-xs" />
                  </p>
                  {each.problem && <p className="mt-1 break-words text-ink-2">{each.problem}</p>}
                  {each.answer && (
                    <p className="mono mt-1.5 max-h-32 overflow-y-auto rounded bg-sunken p-2 text-xs break-words whitespace-pre-wrap">
                      {each.answer}
                    </p>
                  )}
                </li>
              ))}
            </ol>
          </section>
        </div>
      )}
    </Fetched>
  )
}
