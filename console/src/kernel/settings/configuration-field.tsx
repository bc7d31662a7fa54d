import { useId } from "react"
import type { Schema } from "@/api/client"
import { useStatus } from "@/app/session"
import { Badge } from "@/ui/basics"
import { cn } from "@/ui/cn"
import { Checkbox, Input } from "@/ui/field"
import { actor } from "@/ui/format"
import { When } from "@/ui/when"
import type { KEYS } from "./configuration-keys"

/** One key: what it means, its value, its bounds, and who changed it last. */
export function ConfigurationField({
  wording,
  value,
  changed,
  error,
  disabled,
  history,
  onChange,
}: {
  wording: (typeof KEYS)[number]
  value: string | number | boolean
  changed: boolean
  error: string | null
  disabled: boolean
  history: Schema["ConfigurationChange"][]
  onChange: (typed: string | boolean) => void
}) {
  const id = useId()
  const { key, label, meaning, type, unit, bounds, unread } = wording
  const described = {
    "aria-describedby": `${id}-meaning${error ? ` ${id}-error` : ""}`,
    "aria-invalid": error ? (true as const) : undefined,
  }
  return (
    <li className="grid gap-x-6 gap-y-2 py-3.5 sm:grid-cols-[minmax(0,1fr)_11rem]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <label htmlFor={id} className="text-[13px] font-medium">
            {label}
          </label>
          {unread && <Badge>Nothing reads it yet</Badge>}
          {changed && <Badge tone="accent">Changed</Badge>}
        </p>
        <p id={`${id}-meaning`} className="mt-0.5 text-xs text-ink-2">
          {meaning}
        </p>
        <LastChange name={key} history={history} />
      </div>
      <div>
        {type === "flag" ? (
          <Checkbox
            id={id}
            label={value === true ? "On" : "Off"}
            checked={value === true}
            disabled={disabled}
            onChange={(event) => onChange(event.target.checked)}
            {...described}
          />
        ) : (
          <>
            <span className="flex items-center gap-2">
              <Input
                id={id}
                type={type === "time" ? "time" : "text"}
                inputMode={type === "share" ? "decimal" : type === "whole" ? "numeric" : undefined}
                value={String(value)}
                disabled={disabled}
                autoComplete="off"
                className={cn("num", unit && "max-w-24")}
                onChange={(event) => onChange(event.target.value)}
                {...described}
              />
              {unit && <span className="text-xs text-ink-3">{unit}</span>}
            </span>
            {bounds && type !== "time" && <p className="mt-1 text-xs text-ink-3">{bounds}</p>}
          </>
        )}
        {error && (
          <p id={`${id}-error`} role="alert" className="mt-1 text-xs text-decline">
            {error}
          </p>
        )}
      </div>
    </li>
  )
}

function LastChange({ name, history }: { name: string; history: Schema["ConfigurationChange"][] }) {
  const status = useStatus()
  const found = history.find((change) => name in change.changes)
  const last =
    name === "autonomous_mode"
      ? status && { by: status.switch.changed_by, at: status.switch.since }
      : found && { by: found.author, at: found.created_at }
  return (
    <p className="mt-1 flex flex-wrap gap-x-1.5 text-xs text-ink-3">
      <span className="mono">{name}</span>
      <span aria-hidden>·</span>
      {last ? (
        <span>
          {actor(last.by)}, <When at={last.at} clock="system" />
        </span>
      ) : (
        "at its default"
      )}
    </p>
  )
}
