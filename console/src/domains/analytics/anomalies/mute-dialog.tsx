import { useState } from "react"
import { asApiError } from "@/api/problem"
import { useOrganization } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { businessNow } from "@/ui/format"
import { inDays, muteFault, written } from "./times"

const PRESETS: [string, number][] = [
  ["1 day", 1],
  ["1 week", 7],
  ["30 days", 30],
]

/** Until when an anomaly shall be out of sight, in the organisation's time. */
export function MuteDialog({
  what,
  onClose,
  onMute,
}: {
  what: string
  onClose: () => void
  onMute: (until: Date) => Promise<unknown>
}) {
  const organization = useOrganization()
  const zone = organization?.time_zone ?? "UTC"
  const [text, setText] = useState("")
  const [fault, setFault] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const now = () => (organization ? businessNow(organization.clock) : new Date())
  const choose = async (until: Date) => {
    setBusy(true)
    setError(null)
    try {
      await onMute(until)
      onClose()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open onClose={onClose} title={`Mute: ${what}`}>
      <p className="text-[13px] text-ink-2">
        Out of sight until then; it comes back by itself if it is not dealt with. The figure stays watched.
      </p>
      <div className="mt-4 grid grid-cols-3 gap-2">
        {PRESETS.map(([label, days]) => (
          <Button key={days} disabled={busy} onClick={() => void choose(inDays(now(), days))}>
            {label}
          </Button>
        ))}
      </div>
      <form
        noValidate
        className="mt-4 flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          const until = written(text, zone)
          const wrong = muteFault(until, now())
          setFault(wrong)
          if (until && !wrong) void choose(until)
        }}
      >
        <Field label={`Until (${zone})`} error={fault} className="min-w-0 flex-1">
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              value={text}
              onChange={(event) => {
                setText(event.target.value)
                setFault(null)
              }}
            />
          )}
        </Field>
        <Button type="submit" className="mt-5" busy={busy}>
          Mute
        </Button>
      </form>
      {error !== null && (
        <Notice tone="bad" className="mt-3">
          <span role="alert">{asApiError(error).sentence}</span>
        </Notice>
      )}
    </Dialog>
  )
}
