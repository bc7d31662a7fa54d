import { useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { Braces, GitMerge, RotateCcw, Send } from "lucide-react"
import { useMemo, useState } from "react"
import { api, type Schema } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Badge, Card, Notice, Tip } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { FindingsPanel } from "@/ui/findings-panel"
import { words } from "@/ui/format"
import { toast } from "@/ui/toast"
import { useSettled } from "@/ui/use-settled"
import { ActionEditor } from "./action-editor"
import { AggregatesEditor } from "./aggregates-editor"
import type { DraftHandle } from "./draft"
import { EditorProvider, useEditor } from "./editor"
import { GeneralEditor } from "./general-editor"
import { JsonEditor } from "./json-editor"
import { NewerVersion } from "./newer-version"
import { PartsList } from "./parts-list"
import { placesOf, whereabouts } from "./places"
import { outcome, timing } from "./proposals"
import { PublishDialog } from "./publish-dialog"
import { check } from "./queries"
import { RuleEditor } from "./rule-editor"
import { TryPast } from "./try-past"
import { fieldsOf, useLabel, useVocabulary } from "./vocabulary"

const route = getRouteApi("/policy/$kind")
const CHECK_MILLISECONDS = 400
const CHECKS_KEPT_MILLISECONDS = 60_000

/** Change the policy: a draft, checked as one types, tried on past decisions, and published with a reason. */
export function EditTab({ policy, handle }: { policy: Schema["PolicyView"]; handle: DraftHandle }) {
  const { kind } = policy
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { draft, changed, set, change } = handle
  const [dialog, setDialog] = useState<"publish" | "discard" | null>(null)
  const vocabulary = useVocabulary(kind)
  const label = useLabel(vocabulary)
  const settled = useSettled(draft.document, CHECK_MILLISECONDS)
  const checked = useQuery({
    queryKey: ["policy-check", kind, JSON.stringify(settled)],
    queryFn: ({ signal }) => check(kind, settled, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: CHECKS_KEPT_MILLISECONDS,
    placeholderData: (previous) => previous,
  })
  const findings = checked.data?.findings
  const editor = useMemo(
    () => ({
      document: draft.document,
      findings: findings ?? [],
      vocabulary,
      fields: fieldsOf(vocabulary, draft.document),
      label,
      change,
    }),
    [draft.document, findings, vocabulary, label, change],
  )
  const outdated = changed && draft.base !== policy.version
  const current = settled === draft.document && !checked.isFetching
  const part = search.part ?? (draft.keys[0] ? `rule:${draft.keys[0]}` : "general")
  const toPart = (next: string) => void navigate({ search: (now) => ({ ...now, part: next, view: undefined }) })
  const blocked = !changed
    ? "Nothing has been changed."
    : draft.text !== undefined
      ? "The JSON cannot be read yet."
      : outdated
        ? "A newer version was published meanwhile; look at it first."
        : checked.data && current && !checked.data.publishable
          ? "The check found errors."
          : null
  return (
    <EditorProvider value={editor}>
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center gap-2">
          {changed ? (
            <span className="flex items-center gap-2 text-[13px] text-ink-2">
              <Badge tone="warn">Draft</Badge> based on version {draft.base}, kept in this browser tab
            </span>
          ) : (
            <span className="text-[13px] text-ink-3">Based on version {policy.version}; nothing changed yet.</span>
          )}
          <div className="ml-auto flex flex-wrap gap-2">
            <Button
              aria-pressed={search.view === "json"}
              onClick={() => void navigate({ search: (now) => ({ ...now, view: now.view ? undefined : "json" }) })}
            >
              <Braces /> {search.view === "json" ? "Form" : "JSON"}
            </Button>
            {changed && (
              <Button onClick={() => setDialog("discard")}>
                <RotateCcw /> Discard
              </Button>
            )}
            {blocked && changed ? (
              <Tip label={blocked}>
                <Button variant="solid" aria-disabled className="opacity-50" aria-label={`Publish. ${blocked}`}>
                  <Send /> Publish…
                </Button>
              </Tip>
            ) : (
              <Button variant="solid" disabled={!changed} onClick={() => setDialog("publish")}>
                <Send /> Publish…
              </Button>
            )}
          </div>
        </div>
        {draft.clashes && draft.clashes.length > 0 && (
          <Notice tone="warn" icon={<GitMerge aria-hidden />}>
            <div role="status">
              Version {draft.base} had changed what you changed too: {draft.clashes.join("; ")}. Yours was kept; look at
              it before you publish.
            </div>
            <Button size="sm" className="mt-2" onClick={() => set({ ...draft, clashes: undefined })}>
              I have looked at it
            </Button>
          </Notice>
        )}
        {outdated && <NewerVersion policy={policy} handle={handle} label={label} />}
        <div className="grid items-start gap-4 lg:grid-cols-[16rem_minmax(0,1fr)] xl:grid-cols-[16rem_minmax(0,1fr)_19rem]">
          <Card className="lg:sticky lg:top-18">
            <PartsList keys={draft.keys} part={search.view === "json" ? "" : part} onPart={toPart} />
          </Card>
          <div className="flex min-w-0 flex-col gap-4">
            {search.view === "json" ? (
              <Card title="JSON">
                <JsonEditor handle={handle} />
              </Card>
            ) : (
              <>
                {draft.text !== undefined && (
                  <Notice tone="warn">
                    The JSON view holds text that cannot be read yet; a change in the form replaces it.
                  </Notice>
                )}
                <Part part={part} keys={draft.keys} />
              </>
            )}
            <TryPast kind={kind} document={draft.document} vocabulary={vocabulary} />
          </div>
          <div className="min-w-0 lg:col-span-2 xl:sticky xl:top-18 xl:col-span-1">
            <FindingsPanel
              findings={draft.text === undefined ? (checked.data?.findings ?? []) : []}
              publishable={checked.data?.publishable}
              busy={!current}
              failed={
                draft.text !== undefined
                  ? "The JSON cannot be read yet; nothing is checked."
                  : checked.error
                    ? asApiError(checked.error).sentence
                    : null
              }
              whereabouts={(finding) => whereabouts(finding, draft.document)}
              onOpen={(finding) => {
                const place = placesOf(finding, draft.document)[0]!
                toPart(
                  place.part === "rule"
                    ? `rule:${draft.keys[place.at]}`
                    : place.part === "action"
                      ? `action:${place.name}`
                      : place.part,
                )
              }}
            />
          </div>
        </div>
      </div>
      {dialog === "publish" && (
        <PublishDialog
          policy={policy}
          draft={draft}
          label={label}
          warnings={(checked.data?.findings ?? []).filter((finding) => finding.severity === "warning")}
          onClose={() => setDialog(null)}
          onPublish={async (reason, when, headers) => {
            const { data } = await api.POST("/api/v1/policies/{kind}", {
              params: { path: { kind } },
              body: { policy: draft.document, reason, ...timing(when, draft.base) },
              headers,
            })
            set(null)
            toast(outcome(data!))
          }}
        />
      )}
      <Confirm
        open={dialog === "discard"}
        onClose={() => setDialog(null)}
        title="Discard the draft?"
        confirm="Discard"
        danger
        onConfirm={async () => set(null)}
      >
        All changes since version {draft.base} are lost. What is published stays as it is.
      </Confirm>
    </EditorProvider>
  )
}

/** The form of the part that is chosen. */
function Part({ part, keys }: { part: string; keys: string[] }) {
  const { document } = useEditor()
  if (part.startsWith("rule:")) {
    const at = keys.indexOf(part.slice("rule:".length))
    if (at >= 0)
      return (
        <Card title={`Rule: ${words(document.rules[at]!.name)}`}>
          <RuleEditor key={part} at={at} />
        </Card>
      )
  }
  if (part.startsWith("action:")) {
    const name = part.slice("action:".length)
    if (name in document.actions)
      return (
        <Card title={`Action: ${words(name)}`}>
          <ActionEditor key={part} name={name} />
        </Card>
      )
  }
  if (part === "aggregates")
    return (
      <Card title="Counted over time">
        <AggregatesEditor />
      </Card>
    )
  return (
    <Card title="Settings of the whole policy">
      <GeneralEditor />
    </Card>
  )
}
