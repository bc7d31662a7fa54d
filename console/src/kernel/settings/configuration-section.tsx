import { useQuery, useQueryClient } from "@tanstack/react-query"
import { GitMerge, TriangleAlert } from "lucide-react"
import { useState } from "react"
import { api, query, type Schema } from "@/api/client"
import { ApiError } from "@/api/problem"
import { statusQuery, useCan } from "@/app/session"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { ReadOnly } from "@/ui/form-parts"
import { actor } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { ConfigurationDiff } from "./configuration-diff"
import { ConfigurationField } from "./configuration-field"
import { changesOf, type Draft, KEYS, type Key, shown, wordingOf } from "./configuration-keys"
import { UnsavedGuard } from "./unsaved-guard"

type View = Schema["ConfigurationView"]
/** The dialog gives the focus back first. */
const CLOSING_MILLISECONDS = 50
const configurationQuery = query.queryOptions("get", "/api/admin/autonomous-business/config")

/** What an owner or administrator sets of the controller: each change is a version with author and reason. */
export default function ConfigurationSection() {
  const found = useQuery(configurationQuery)
  return (
    <Fetched query={found} rows={8}>
      {(view) => (
        <>
          <Form view={view} />
          <History view={view} />
        </>
      )}
    </Fetched>
  )
}

function Form({ view }: { view: View }) {
  const client = useQueryClient()
  const mayChange = useCan()("kernel:config:update")
  const [draft, setDraft] = useState<Draft>({})
  // What the edits were made on: it stays while somebody else saves, so that nothing is overwritten unseen.
  const [base, setBase] = useState(view)
  const [errors, setErrors] = useState<Partial<Record<Key, string>>>({})
  const [saving, setSaving] = useState(false)
  const { changes, wrong } = changesOf(base.configuration, draft)
  const changed = Object.keys(changes).length + wrong.length
  if (changed === 0 && base !== view) setBase(view)
  const newer = view.version > base.version
  const set = (key: Key, typed: string | boolean) => {
    setDraft((now) => ({ ...now, [key]: typed }))
    setErrors(({ [key]: _, ...others }) => others)
  }
  const ask = () => {
    if (wrong.length > 0)
      setErrors(
        Object.fromEntries(wrong.map((key) => [key, key.endsWith("_time") ? "Give a time." : "Give a number."])),
      )
    else setSaving(true)
  }
  const save = async (reason: string) => {
    try {
      const { data } = await api.PUT("/api/admin/autonomous-business/config", {
        body: { changes, reason, replaces: base.version },
      })
      client.setQueryData(configurationQuery.queryKey, data)
      setDraft({})
      setBase(data!)
      toast(`Configuration saved as version ${data!.version}`)
      await client.invalidateQueries({ queryKey: statusQuery.queryKey })
    } catch (error) {
      const problem = error instanceof ApiError ? error : null
      if (problem?.status === 409) await client.invalidateQueries({ queryKey: configurationQuery.queryKey })
      // At its field, where the form shows it; anything else is for the dialog to say.
      else if (problem?.field && wordingOf(problem.field)) {
        setErrors({ [problem.field]: problem.sentence })
        setTimeout(() => document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus(), CLOSING_MILLISECONDS)
      } else throw error
    }
  }
  return (
    <Card title="Configuration of the controller">
      <form
        noValidate
        className="flex flex-col"
        onSubmit={(event) => {
          event.preventDefault()
          if (changed > 0 && !newer) ask()
        }}
      >
        {!mayChange && (
          <ReadOnly>Your role may see the configuration. Owners and administrators may change it.</ReadOnly>
        )}
        <ul className="divide-y">
          {KEYS.map((wording) => (
            <ConfigurationField
              key={wording.key}
              wording={wording}
              value={draft[wording.key] ?? base.configuration[wording.key]}
              changed={wording.key in changes}
              error={errors[wording.key] ?? null}
              disabled={!mayChange}
              history={view.history}
              onChange={(typed) => set(wording.key, typed)}
            />
          ))}
        </ul>
        {mayChange && (
          <div className="sticky bottom-14 -mx-4 -mb-4 rounded-b-card border-t bg-surface px-4 py-3 md:bottom-0">
            {newer && changed > 0 && <Newer base={base} now={view} onCarryOver={() => setBase(view)} />}
            <div className="flex items-center justify-end gap-2">
              <span aria-live="polite" className="mr-auto text-xs text-ink-3">
                {changed === 0 ? `Version ${base.version}` : changed === 1 ? "1 change" : `${changed} changes`}
              </span>
              <Button
                variant="ghost"
                disabled={changed === 0}
                onClick={() => {
                  setDraft({})
                  setErrors({})
                }}
              >
                Discard
              </Button>
              <Button type="submit" variant="solid" disabled={changed === 0 || newer}>
                Review and save…
              </Button>
            </div>
          </div>
        )}
      </form>
      <Confirm
        open={saving}
        onClose={() => setSaving(false)}
        title="Save the configuration?"
        confirm="Save"
        danger={changes.autonomous_mode === false}
        reason
        onConfirm={save}
      >
        <ConfigurationDiff base={base.configuration} changes={changes} />
      </Confirm>
      <UnsavedGuard changed={changed > 0} name="the configuration" />
    </Card>
  )
}

/** Somebody saved meanwhile: who, what, why. */
function Newer({ base, now, onCarryOver }: { base: View; now: View; onCarryOver: () => void }) {
  const missed = now.history.filter((change) => change.version > base.version)
  return (
    <Notice tone="warn" icon={<TriangleAlert aria-hidden />} className="mb-3">
      <div role="alert">
        {missed.map((change) => (
          <p key={change.version}>
            {actor(change.author)} saved version {change.version} meanwhile: “{change.reason}”{" "}
            {Object.entries(change.changes)
              .map(
                ([key, { before, after }]) =>
                  `${wordingOf(key)?.label ?? key} from ${shown(key, before)} to ${shown(key, after)}`,
              )
              .join("; ")}
          </p>
        ))}
        <p className="mt-1">What you typed is kept.</p>
      </div>
      <Button size="sm" className="mt-2" onClick={onCarryOver}>
        <GitMerge /> Carry my changes over to version {now.version}
      </Button>
    </Notice>
  )
}

function History({ view }: { view: View }) {
  if (view.history.length === 0) return null
  return (
    <Card title="Changes">
      <ol className="-my-1 divide-y text-[13px]">
        {view.history.map((change) => (
          <li key={change.version} className="py-2.5">
            <p>
              <span className="font-medium">{actor(change.author)}</span> saved version {change.version}{" "}
              <When at={change.created_at} clock="system" />: “{change.reason}”
            </p>
            <ul className="mt-0.5 text-xs text-ink-2">
              {Object.entries(change.changes).map(([key, { before, after }]) => (
                <li key={key}>
                  {wordingOf(key)?.label ?? key}: {shown(key, before)} → {shown(key, after)}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </Card>
  )
}
