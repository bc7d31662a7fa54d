import { useMutation, useQuery } from "@tanstack/react-query"
import { CircleCheck, CircleX, LoaderCircle } from "lucide-react"
import { useEffect, useRef } from "react"
import { api, once } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { type Channel, deliveryQuery } from "./queries"

const ASK_MILLISECONDS = 500

/** Send a test message, and see what comes of it. */
export default function TestDialog({
  channel,
  onClose,
}: {
  channel: Pick<Channel, "id" | "name">
  onClose: () => void
}) {
  const send = useMutation({
    mutationFn: async () =>
      (
        await api.POST("/api/v1/channels/{channel_id}/test", {
          params: { path: { channel_id: channel.id } },
          headers: once(),
        })
      ).data!,
  })
  const begun = useRef(false)
  const { mutate } = send
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    mutate()
  }, [mutate])
  const id = send.data?.id
  const delivery = useQuery({
    ...deliveryQuery(id ?? ""),
    enabled: id !== undefined,
    refetchInterval: ({ state }) =>
      state.data?.state === "sent" || state.data?.state === "dead" ? false : ASK_MILLISECONDS,
  }).data
  const ended = delivery?.state === "sent" || delivery?.state === "dead"
  return (
    <Dialog open onClose={onClose} title={`Test ${channel.name}`}>
      <div role="status" className="min-h-16">
        {send.error ? (
          <Notice tone="bad" icon={<CircleX aria-hidden />}>
            {asApiError(send.error).sentence}
          </Notice>
        ) : !ended ? (
          <Notice icon={<LoaderCircle aria-hidden className="motion-safe:animate-spin" />}>
            {delivery?.state === "sending" ? "The message is being sent." : "The message waits for a worker."}
          </Notice>
        ) : delivery.state === "sent" ? (
          <Notice icon={<CircleCheck aria-hidden />}>
            <strong className="font-semibold">It was taken</strong>
            {delivery.sent_at && ` after ${seconds(delivery.created_at, delivery.sent_at)}`}. Look whether it arrived.
            {delivery.answer && <Answer text={delivery.answer} />}
          </Notice>
        ) : (
          <Notice tone="bad" icon={<CircleX aria-hidden />}>
            <strong className="font-semibold">It was not sent.</strong> {delivery.why}
            {delivery.answer && <Answer text={delivery.answer} />}
          </Notice>
        )}
      </div>
      <div className="mt-4 flex justify-end gap-2">
        <Button
          disabled={!ended && !send.error}
          onClick={() => {
            send.reset()
            mutate()
          }}
        >
          Send another
        </Button>
        <Button variant="solid" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}

const Answer = ({ text }: { text: string }) => (
  <p className="mono mt-1 text-xs break-words whitespace-pre-wrap text-ink-2">{text}</p>
)

const seconds = (from: string, to: string) =>
  `${((Date.parse(to) - Date.parse(from)) / 1_000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`
