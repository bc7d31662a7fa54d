import { useEffect, useRef, useState } from "react"
import { useOrganization } from "@/app/session"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { Field, Input } from "@/ui/field"
import { snoozeFault, tomorrowMorning, wallClock } from "./snooze-times"

const MINUTE_MILLISECONDS = 60_000

/** Until when an alert shall be out of sight. */
export function SnoozeDialog({
  what,
  onClose,
  onSnooze,
}: {
  what: string
  onClose: () => void
  onSnooze: (until: Date) => void
}) {
  const zone = useOrganization()?.time_zone ?? "UTC"
  const [text, setText] = useState("")
  const first = useRef<HTMLButtonElement>(null)
  useEffect(() => first.current?.focus(), [])
  const [fault, setFault] = useState<string | null>(null)
  const choose = (until: Date) => {
    onClose()
    onSnooze(until)
  }
  const after = (minutes: number) => choose(new Date(Date.now() + minutes * MINUTE_MILLISECONDS))
  return (
    <Dialog open onClose={onClose} title={`Snooze ${what}`}>
      <p className="text-[13px] text-ink-2">Out of sight until then. It comes back sooner if it grows worse.</p>
      <div className="mt-4 grid grid-cols-3 gap-2">
        <Button ref={first} onClick={() => after(15)}>
          15 minutes
        </Button>
        <Button onClick={() => after(60)}>1 hour</Button>
        <Button onClick={() => choose(tomorrowMorning(new Date(), zone))}>Until tomorrow</Button>
      </div>
      <form
        noValidate
        className="mt-4 flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          const until = wallClock(text, zone)
          const wrong = snoozeFault(until, new Date())
          setFault(wrong)
          if (until && !wrong) choose(until)
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
        <Button type="submit" className="mt-5">
          Snooze
        </Button>
      </form>
    </Dialog>
  )
}
