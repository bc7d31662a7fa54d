import { useQueryClient } from "@tanstack/react-query"
import { TriangleAlert } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { Notice } from "@/ui/basics"
import { Confirm } from "@/ui/dialog"
import { actor, words } from "@/ui/format"
import { toast } from "@/ui/toast"
import type { Component } from "./component-card"
import { acts, consequences, LEVEL_WORDS, type Level } from "./levels"

interface Props {
  component: Component
  onClose: () => void
}

/** Refresh what shows components after one was changed. */
function useChanged() {
  const client = useQueryClient()
  return () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) =>
        /^\/api\/(v1\/components|admin\/autonomous-business\/status)/.test(String(queryKey[1])),
    })
}

/** Put a component on a level, after saying what follows. */
export function LevelDialog({ component, level, onClose }: Props & { level: Level }) {
  const changed = useChanged()
  const label = LEVEL_WORDS[level].label
  const run = async (reason: string) => {
    await api.PUT("/api/v1/components/{name}/level", {
      params: { path: { name: component.name } },
      body: { level, reason },
    })
    await changed()
    toast(`${words(component.name)} is on ${label.toLowerCase()}`)
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Put ${words(component.name)} on ${label.toLowerCase()}?`}
      confirm={`Put on ${label.toLowerCase()}`}
      danger={level === "stopped"}
      reason
      onConfirm={run}
    >
      <Meanwhile component={component} />
      <p>
        From {LEVEL_WORDS[component.level].label.toLowerCase()} to {label.toLowerCase()}:
      </p>
      <ul className="mt-1 list-disc pl-5">
        {consequences(component.level, level).map((line) => (
          <li key={line}>{line}</li>
        ))}
        {component.controlled_by && acts(level) && (
          <li>It holds once control is handed back; until then it asks about everything.</li>
        )}
      </ul>
    </Confirm>
  )
}

/** Take control of a component, or hand it back. */
export function ControlDialog({ component, act, onClose }: Props & { act: "take" | "hand-back" }) {
  const changed = useChanged()
  const [headers] = useState(() => once())
  const name = words(component.name)
  const taking = act === "take"
  const run = async (reason: string) => {
    const init = { params: { path: { name: component.name } }, body: { reason }, headers }
    try {
      if (taking) await api.POST("/api/v1/components/{name}/take-control", init)
      else await api.POST("/api/v1/components/{name}/hand-back", init)
    } finally {
      // Refused because another person was faster: the card then shows who.
      await changed()
    }
    toast(taking ? `You have control of ${name}` : `${name} is handed back`)
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={taking ? `Take control of ${name}?` : `Hand ${name} back?`}
      confirm={taking ? "Take control" : "Hand back"}
      reason
      onConfirm={run}
    >
      <Meanwhile component={component} />
      {taking ? (
        <p>
          From the next decision on it asks a person about everything, until control is handed back. What it has decided
          already is still carried out.
        </p>
      ) : (
        <>
          {component.controlled_by && (
            <p>{component.controlled_by_name ?? actor(component.controlled_by)} has control now.</p>
          )}
          <p className="mt-1">
            Its own level, {LEVEL_WORDS[component.level].label.toLowerCase()}, holds again from the next decision on.{" "}
            {LEVEL_WORDS[component.level].holds} Questions that are open stay open.
          </p>
        </>
      )}
    </Confirm>
  )
}

/** Says when somebody changed the component while the dialog was open. */
function Meanwhile({ component }: { component: Component }) {
  const [opened] = useState(component.since)
  if (component.since === opened) return null
  return (
    <Notice tone="warn" icon={<TriangleAlert aria-hidden />} className="mb-2">
      <span role="alert">
        {component.changed_by_name ?? actor(component.changed_by)} changed it meanwhile: “{component.why}” It is on{" "}
        {LEVEL_WORDS[component.level].label.toLowerCase()} now.
      </span>
    </Notice>
  )
}
