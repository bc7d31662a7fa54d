import { Link } from "@tanstack/react-router"
import { Radio } from "lucide-react"
import { useEffect, useState } from "react"
import { type LiveEvent, useLive } from "@/api/live"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Empty } from "@/ui/states"
import { Verdict } from "@/ui/verdict"
import { When } from "@/ui/when"
import { sentence } from "./event-sentence"

const SHOWN = 12

/**
 * What happens, as it happens. While the pointer or the keyboard is in it nothing moves: what is new waits behind a button.
 */
export function LiveFeed() {
  const recent = useLive((state) => state.recent)
  const [held, setHeld] = useState<LiveEvent[] | null>(null)
  const shown = (held ?? recent).slice(0, SHOWN)
  const newest = held?.[0]
  const waiting = held ? (newest ? recent.findIndex((event) => event.id === newest.id) : recent.length) : 0
  const unseen = waiting < 0 ? recent.length : waiting
  useEffect(() => {
    // Held with nothing in it would stay empty for ever.
    if (held?.length === 0 && recent.length > 0) setHeld(recent)
  }, [held, recent])
  return (
    <Card
      title="Live"
      actions={
        unseen > 0 && (
          <Button size="sm" onClick={() => setHeld(recent)}>
            {unseen} new
          </Button>
        )
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only holds the rows still; nothing to operate */}
      <div
        onPointerEnter={() => setHeld((now) => now ?? recent)}
        onPointerLeave={() => setHeld(null)}
        onFocus={() => setHeld((now) => now ?? recent)}
        onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setHeld(null)}
        className="min-h-[27rem]"
      >
        {shown.length === 0 ? (
          <Empty icon={<Radio />} title="Nothing has happened since you opened this page">
            Decisions, effects and changes appear here as they happen.
          </Empty>
        ) : (
          <ol aria-label="Live events" className="divide-y">
            {shown.map((event) => (
              <FeedRow key={event.id} event={event} />
            ))}
          </ol>
        )}
      </div>
    </Card>
  )
}

function FeedRow({ event }: { event: LiveEvent }) {
  const { text, verdict, decisionId } = sentence(event)
  return (
    <li className="flex h-9 items-center gap-2 text-[13px]">
      <span className="w-[5.75rem] shrink-0">{verdict && <Verdict verdict={verdict} />}</span>
      {decisionId ? (
        <Link to="/decisions/$decisionId" params={{ decisionId }} className="min-w-0 flex-1 truncate hover:underline">
          {text}
        </Link>
      ) : (
        <span className="min-w-0 flex-1 truncate text-ink-2">{text}</span>
      )}
      <When at={event.recorded_at} clock="system" className="text-xs" />
    </li>
  )
}
