import { Link } from "@tanstack/react-router"
import { Hand, ListFilter, Undo2 } from "lucide-react"
import { useState } from "react"
import type { Schema } from "@/api/client"
import { useCan, useMe } from "@/app/session"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, words } from "@/ui/format"
import { When } from "@/ui/when"
import { ControlDialog, LevelDialog } from "./change-dialogs"
import { History } from "./history"
import { Ladder } from "./ladder"
import { LEVEL_WORDS, type Level } from "./levels"
import { RecordTiles } from "./record-tiles"

export type Component = Schema["ComponentView"]

/** Who made the last change, by name where it is known. */
export const person = (label: string, name: string | null) => name ?? actor(label)

/** One component: its level as a ladder, its record, who has control, and what changed. */
export function ComponentCard({ component }: { component: Component }) {
  const me = useMe()
  const mayControl = useCan()("kernel:component:control")
  const [dialog, setDialog] = useState<"take" | "hand-back" | { level: Level } | null>(null)
  const controller = component.controlled_by
  const name = words(component.name)
  return (
    <Card
      title={
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-base">{name}</span>
          <span className="mono text-xs font-normal text-ink-3">{component.name}</span>
        </span>
      }
      actions={
        <>
          <Button asChild variant="ghost">
            <Link to="/decisions" search={{ component: [component.name] }}>
              <ListFilter /> Its decisions
            </Link>
          </Button>
          {mayControl &&
            (controller ? (
              <Button variant="solid" onClick={() => setDialog("hand-back")}>
                <Undo2 /> Hand back
              </Button>
            ) : (
              <Button onClick={() => setDialog("take")}>
                <Hand /> Take control
              </Button>
            ))}
        </>
      }
    >
      {controller && (
        <Notice tone="warn" icon={<Hand aria-hidden />} className="mb-3">
          <span role="status">
            <strong className="font-semibold">
              {controller === me?.label ? "You have" : `${person(controller, component.controlled_by_name)} has`}{" "}
              control
            </strong>
            : it asks a person about everything, whatever its level. Handed back,{" "}
            {LEVEL_WORDS[component.level].label.toLowerCase()} holds again.
          </span>
        </Notice>
      )}
      <Ladder
        name={name}
        level={component.level}
        controlled={controller !== null}
        onChoose={mayControl ? (level) => setDialog({ level }) : undefined}
      />
      <p className="mt-2 text-[13px] text-ink-2">
        Last change by {person(component.changed_by, component.changed_by_name)}, <When at={component.since} />: “
        {component.why}”
      </p>
      <RecordTiles record={component.record} label={name} />
      <History name={component.name} label={name} />
      {dialog !== null && typeof dialog === "object" && (
        <LevelDialog component={component} level={dialog.level} onClose={() => setDialog(null)} />
      )}
      {typeof dialog === "string" && (
        <ControlDialog component={component} act={dialog} onClose={() => setDialog(null)} />
      )}
    </Card>
  )
}
