import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Ban, CircleCheck, CircleHelp, CircleX, Clock, Hourglass, LoaderCircle, Undo2 } from "lucide-react"
import { type ReactNode, useState } from "react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Facts, type Tone } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { plain, words } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { Money, When } from "@/ui/when"
import { type EffectView, effectsQuery } from "./queries"

const STATES: Record<EffectView["state"], [Tone, ReactNode, string]> = {
  held: ["warn", <Hourglass key="icon" />, "Held"],
  planned: ["info", <Clock key="icon" />, "Planned"],
  running: ["info", <LoaderCircle key="icon" />, "Running"],
  done: ["neutral", <CircleCheck key="icon" />, "Done"],
  failed: ["bad", <CircleX key="icon" />, "Failed"],
  unknown: ["warn", <CircleHelp key="icon" />, "Unknown"],
  undone: ["neutral", <Undo2 key="icon" />, "Undone"],
  cancelled: ["neutral", <Ban key="icon" />, "Cancelled"],
}

/** Where an effect stands, in colour, icon and word. */
function EffectState({ state }: { state: EffectView["state"] }) {
  const [tone, icon, label] = STATES[state]
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  )
}

type Act = "undo" | "happened" | "did-not-happen"

/** What a decision did or will do outside, each with its undo; where nobody knows whether it happened, a person says so. */
export function Effects({ decisionId }: { decisionId: string }) {
  const effects = useQuery(effectsQuery(decisionId))
  return (
    <Fetched query={effects} rows={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-ink-3">Nothing was done outside on this decision.</p>
        ) : (
          <ul className="flex flex-col gap-2">
            {items.map((effect) => (
              <EffectItem key={effect.id} effect={effect} />
            ))}
          </ul>
        )
      }
    </Fetched>
  )
}

function EffectItem({ effect }: { effect: EffectView }) {
  const can = useCan()
  const [act, setAct] = useState<Act | null>(null)
  const mayUndo = can("kernel:effect:undo")
  const currency = typeof effect.parameters.currency === "string" ? effect.parameters.currency : null
  return (
    <li className="rounded-control border px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <EffectState state={effect.state} />
        <span className="font-medium">{words(effect.action)}</span>
        {effect.undo_of && <span className="text-xs text-ink-3">takes an earlier effect back</span>}
        <span className="ml-auto flex items-center gap-2">
          <When at={effect.updated_at} clock="system" className="text-xs" />
          {effect.undoable && mayUndo && (
            <Button size="sm" onClick={() => setAct("undo")}>
              <Undo2 /> {effect.state === "held" || effect.state === "planned" ? "Take back" : "Undo"}
            </Button>
          )}
        </span>
      </div>
      <Facts
        className="mt-2"
        items={Object.entries(effect.parameters)
          .filter(([, value]) => typeof value !== "object")
          .map(([name, value]) => [
            words(name),
            name === "amount" && typeof value === "string" ? (
              <Money key={name} value={value} currency={currency} />
            ) : (
              plain(value)
            ),
          ])}
      />
      {effect.hold_until && effect.state === "held" && (
        <p className="mt-2 text-xs text-ink-2">
          Held until <When at={effect.hold_until} />; until then taking it back costs nothing.
        </p>
      )}
      {effect.error && (
        <p className="mt-2 text-xs text-decline">
          <CircleX aria-hidden className="mr-1 inline size-3.5 align-text-bottom" />
          {effect.error}
        </p>
      )}
      {!effect.undoable && effect.why_not && effect.state !== "unknown" && (
        <p className="mt-2 text-xs text-ink-3">Cannot be taken back: {effect.why_not}</p>
      )}
      {effect.state === "unknown" && (
        <div className="mt-2 flex flex-wrap items-center gap-2 text-xs text-ink-2">
          <span>Nobody knows whether this happened. Look at {words(effect.connector)}, then say so:</span>
          {mayUndo && (
            <span className="flex gap-1.5">
              <Button size="sm" onClick={() => setAct("happened")}>
                It happened
              </Button>
              <Button size="sm" onClick={() => setAct("did-not-happen")}>
                It did not happen
              </Button>
            </span>
          )}
        </div>
      )}
      {act && <EffectAct effect={effect} act={act} onClose={() => setAct(null)} />}
    </li>
  )
}

const ASKED: Record<Act, { title: string; text: string; confirm: string; said: string }> = {
  undo: {
    title: "Take this effect back?",
    text: "If it has not happened yet, it will not. If it has, its undo is carried out.",
    confirm: "Take back",
    said: "Effect taken back",
  },
  happened: {
    title: "Did it happen?",
    text: "You say that it happened. The record keeps your word, and nothing is tried again.",
    confirm: "It happened",
    said: "Recorded that it happened",
  },
  "did-not-happen": {
    title: "Did it not happen?",
    text: "You say that it did not happen. The record keeps your word; be sure, since it may be done again.",
    confirm: "It did not happen",
    said: "Recorded that it did not happen",
  },
}

function EffectAct({ effect, act, onClose }: { effect: EffectView; act: Act; onClose: () => void }) {
  const client = useQueryClient()
  const [key] = useState(() => crypto.randomUUID())
  const { title, text, confirm, said } = ASKED[act]
  const run = useMutation({
    mutationFn: async (reason: string) => {
      const params = { path: { effect_id: effect.id } }
      if (act === "undo")
        await api.POST("/api/v1/effects/{effect_id}/undo", {
          params: { ...params, header: once(key) },
          body: { reason },
        })
      else
        await api.POST("/api/v1/effects/{effect_id}/settle", {
          params: { ...params, header: once(key) },
          body: { reason, happened: act === "happened" },
        })
    },
    onSuccess: () => toast(said),
    onSettled: () =>
      client.invalidateQueries({
        predicate: ({ queryKey }) =>
          typeof queryKey[1] === "string" && /^\/api\/v1\/(effects|decisions\/)/.test(queryKey[1]),
      }),
  })
  return (
    <Confirm
      open
      onClose={onClose}
      title={title}
      confirm={confirm}
      reason
      onConfirm={(reason) => run.mutateAsync(reason)}
    >
      {words(effect.action)}. {text}
    </Confirm>
  )
}
