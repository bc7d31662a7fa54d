import { CalendarClock, History, Undo2 } from "lucide-react"
import { useState } from "react"
import { useOrganization, useTimeZone } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { momentOf } from "@/ui/days"
import { Field, Input } from "@/ui/field"
import { absolute } from "@/ui/format"
import { Popover } from "@/ui/popover"
import { dayText, useBusinessToday } from "../terms/days"
import type { AsOf, Loan } from "./queries"

/** Ask for the books of another day, past or ahead, and of what was known at another time. */
export function TimeTravel({ loan, asOf, onTravel }: { loan: Loan; asOf: AsOf; onTravel: (to: AsOf) => void }) {
  return (
    <Popover
      label="Books on another day"
      className="w-[min(22rem,calc(100vw-1rem))] p-3"
      trigger={
        <Button>
          <CalendarClock /> {asOf.on ? `Books on ${dayText(asOf.on)}` : "Books on…"}
        </Button>
      }
    >
      {(close) => (
        <TravelForm
          loan={loan}
          asOf={asOf}
          onTravel={(to) => {
            close()
            onTravel(to)
          }}
        />
      )}
    </Popover>
  )
}

const DAY_LENGTH = 10

function TravelForm({ loan, asOf, onTravel }: { loan: Loan; asOf: AsOf; onTravel: (to: AsOf) => void }) {
  const today = useBusinessToday()
  const organization = useOrganization()
  const zone = organization?.time_zone ?? "UTC"
  const [on, setOn] = useState(asOf.on ?? today)
  const [known, setKnown] = useState(() => (asOf.known_at ? dayIn(asOf.known_at, zone) : ""))
  const quick: [string, string | null][] = [
    ["Paid out", loan.disbursed_on],
    ["End of last month", endOfLastMonth(today)],
    ["Next due", loan.figures.next_due_on],
    ["Maturity", loan.matures_on],
  ]
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        onTravel({
          on: on && on !== today ? on : undefined,
          known_at: known ? momentOf(known, zone, 1) : undefined,
        })
      }}
    >
      <Field label="Books on" hint="Of a day to come: as it will be if nothing happens.">
        {(control) => (
          <Input {...control} type="date" value={on} required onChange={(event) => setOn(event.target.value)} />
        )}
      </Field>
      <div className="flex flex-wrap gap-1.5">
        {quick.map(
          ([label, day]) =>
            day && (
              <Button key={label} size="sm" onClick={() => setOn(day)}>
                {label}
              </Button>
            ),
        )}
      </div>
      <Field
        label="As known at the end of"
        hint="Leaves out what was recorded later, such as backdated payments. Empty: all that is known today."
      >
        {(control) => (
          <Input
            {...control}
            type="date"
            max={today}
            value={known}
            onChange={(event) => setKnown(event.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end gap-2">
        <Button variant="ghost" onClick={() => onTravel({})}>
          Today
        </Button>
        <Button type="submit" variant="solid">
          Show
        </Button>
      </div>
    </form>
  )
}

/** The last day whose end the moment is, since "at the end of a day" is where the next one begins. */
const dayIn = (moment: string, timeZone: string) =>
  new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(
    new Date(Date.parse(moment) - 1),
  )

function endOfLastMonth(today: string): string {
  const [year = 0, month = 1] = today.split("-").map(Number)
  return new Date(Date.UTC(year, month - 1, 0)).toISOString().slice(0, DAY_LENGTH)
}

/** Says that what is on show is not the present, and leads back to it. */
export function AsOfBanner({ asOf, on, onBack }: { asOf: AsOf; on?: string; onBack: () => void }) {
  const today = useBusinessToday()
  const zone = useTimeZone()
  const day = asOf.on ?? on
  const ahead = day !== undefined && day > today
  return (
    <div role="status">
      <Notice tone="warn" icon={<History aria-hidden />} className="items-center">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <span>
            <strong className="font-semibold">{day ? `Books on ${dayText(day)}` : "Books as they were known"}</strong>
            {ahead ? ", as they will be if nothing happens until then" : ""}
            {asOf.known_at ? `, by what was known at ${absolute(new Date(asOf.known_at), zone)}` : ""}. Nothing can be
            done from here.
          </span>
          <Button size="sm" onClick={onBack}>
            <Undo2 /> Back to today
          </Button>
        </div>
      </Notice>
    </div>
  )
}
