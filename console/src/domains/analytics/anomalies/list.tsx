import { Activity, RefreshCw, SearchX } from "lucide-react"
import { type ReactNode, useEffect, useRef } from "react"
import { Button } from "@/ui/button"
import { Empty } from "@/ui/states"
import type { Bundle } from "./inbox"
import { Row } from "./row"
import type { AnomaliesSearch } from "./search"

interface Props {
  bundles: Bundle[]
  waiting: number
  onAdopt: () => void
  search: AnomaliesSearch
  push: boolean
}

/** Whether an anomaly is among those that a row stands for. */
export const holds = (bundle: Bundle, id: string | undefined) => bundle.rows.some((row) => row.id === id)

/** What was found, the newest first. What comes in is announced; no row moves by itself. */
export function List({ bundles, waiting, onAdopt, search, push }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const shown = bundles.find((each) => holds(each, search.id))?.id
  useEffect(() => {
    if (shown) list.current?.querySelector(`[data-id="${CSS.escape(shown)}"]`)?.scrollIntoView({ block: "nearest" })
  }, [shown])
  const left = bundles.filter(({ gone }) => gone).length
  return (
    <>
      <div role="status">
        {(waiting > 0 || left > 0) && (
          <Button
            variant="ghost"
            size="sm"
            className="h-9 w-full rounded-none border-b bg-accent-soft text-accent"
            onClick={onAdopt}
          >
            <RefreshCw aria-hidden />
            {[waiting > 0 && `${waiting} new`, left > 0 && `${left} gone`].filter(Boolean).join(", ")}: update the list
          </Button>
        )}
      </div>
      <ul ref={list} aria-label="Anomalies">
        {bundles.map((bundle) => (
          <Row key={bundle.head.group_id} bundle={bundle} current={bundle.id === shown} push={push} search={search} />
        ))}
      </ul>
    </>
  )
}

const NOTHING = {
  open: [
    "Nothing out of the ordinary",
    "Figures of your record and those you send are watched by themselves. What strays from its usual course comes in here, graded, priced and with its likely cause.",
  ],
  muted: ["Nothing is muted", "Muted anomalies come back by themselves when their time is over."],
  resolved: ["Nothing was resolved yet", "Anomalies that were explained are kept here, with what was found."],
  dismissed: ["Nothing was dismissed yet", "What turned out to be nothing is kept here."],
  all: ["Nothing was found yet", "Figures are watched by themselves from their 25th point on."],
} as const

/** Why the list is empty, and what to do. */
export function Nothing({
  search,
  onClear,
  action,
}: {
  search: AnomaliesSearch
  onClear: (() => void) | undefined
  action: ReactNode
}) {
  if (onClear)
    return (
      <Empty
        icon={<SearchX />}
        title="No anomaly is like that"
        action={<Button onClick={onClear}>Clear filters</Button>}
      >
        Take a filter away.
      </Empty>
    )
  const [title, text] = NOTHING[search.state ?? "open"]
  return (
    <Empty icon={<Activity />} title={title} action={search.state ? undefined : action}>
      {text}
    </Empty>
  )
}
