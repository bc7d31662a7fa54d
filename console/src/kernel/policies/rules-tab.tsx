import { Pencil } from "lucide-react"
import type { ReactNode } from "react"
import type { Schema } from "@/api/client"
import { useOrganization } from "@/app/session"
import { Badge, Card, Facts, type Tone } from "@/ui/basics"
import { Button } from "@/ui/button"
import { plain, words } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { type Effect, type PolicyDocument, type Rule, settled } from "./document"
import { actionLabel, useLabel, useVocabulary, type Words } from "./vocabulary"
import { EFFECT_WORDS, hoursText, type Label, limitText, ruleCondition, shareText } from "./wording"

const EFFECT_TONES: Record<Effect, Tone> = { require: "info", forbid: "neutral", ask: "warn", limit: "accent" }

const EffectBadge = ({ effect }: { effect: Effect }) => (
  <Badge tone={EFFECT_TONES[effect] ?? "neutral"}>{EFFECT_WORDS[effect]?.label ?? effect}</Badge>
)

/** The policy in words: its rules, what each action may do, and the rest. */
export function RulesTab({ policy, onEdit }: { policy: Schema["PolicyView"]; onEdit?: (part: string) => void }) {
  const vocabulary = useVocabulary(policy.kind)
  const label = useLabel(vocabulary)
  return <PolicyReading document={policy.body} vocabulary={vocabulary} label={label} onEdit={onEdit} />
}

/** A policy's document as tables. */
function PolicyReading({
  document,
  vocabulary,
  label,
  onEdit,
}: {
  document: PolicyDocument
  vocabulary: Words | undefined
  label: Label
  onEdit?: (part: string) => void
}) {
  return (
    <div className="flex flex-col gap-4">
      <Card
        title={`Rules (${document.rules.length})`}
        actions={<span className="text-xs text-ink-3">The strictest answer wins; their order changes nothing.</span>}
      >
        {document.rules.length === 0 ? (
          <p className="text-[13px] text-ink-3">No rules: what the actions may do is bound by their settings alone.</p>
        ) : (
          <Scroll label="Rules" className="-mx-4 -mb-4 overflow-x-auto">
            <Table
              label="Rules"
              heads={["Rule", "Effect", "Condition", "Applies to", "Who may answer", "Reason", ...(onEdit ? [""] : [])]}
              rows={document.rules.map((rule) => ({
                key: rule.name,
                dim: rule.not_applicable !== undefined,
                cells: ruleCells(rule, vocabulary, label, onEdit),
              }))}
            />
          </Scroll>
        )}
      </Card>
      <ActionsCard document={document} vocabulary={vocabulary} onEdit={onEdit} />
      <Card
        title="Settings"
        actions={
          onEdit && (
            <Button size="sm" variant="ghost" onClick={() => onEdit("general")} aria-label="Edit settings">
              <Pencil /> Edit
            </Button>
          )
        }
      >
        <Facts
          items={[
            ["Confidence that raises an alert", `below ${shareText(document.intervention_threshold)}`],
            [
              "Conformal coverage",
              document.conformal_coverage === null ? "off" : shareText(document.conformal_coverage),
            ],
            ...Object.entries(document.parameters).map(([name, value]): [ReactNode, ReactNode] => [
              words(name),
              plain(value),
            ]),
          ]}
        />
      </Card>
    </div>
  )
}

function ruleCells(
  rule: Rule,
  vocabulary: Words | undefined,
  label: Label,
  onEdit: ((part: string) => void) | undefined,
): ReactNode[] {
  return [
    <div key="name" className="min-w-36">
      <div className="font-medium">{words(rule.name)}</div>
      <div className="mono text-2xs text-ink-3">{rule.name}</div>
      {rule.not_applicable !== undefined && <Badge className="mt-1">Switched off: {rule.not_applicable}</Badge>}
    </div>,
    <EffectBadge key="effect" effect={rule.effect} />,
    <div key="condition" className="min-w-52">
      <span className="text-ink-3">{rule.effect !== "limit" && `${EFFECT_WORDS[rule.effect]?.lead ?? ""} `}</span>
      {ruleCondition(rule, label)}
      {rule.missing !== "ask" && <div className="text-xs text-ink-3">{missingWords(rule.missing)}</div>}
      {rule.cap && (
        <div className="text-xs text-ink-3">{rule.cap.exceeded === "refuse" ? "refused above" : "asked above"}</div>
      )}
      {(rule.effective_from || rule.effective_until) && (
        <div className="text-xs text-ink-3">
          {rule.effective_from && `from ${rule.effective_from.slice(0, 10)} `}
          {rule.effective_until && `until ${rule.effective_until.slice(0, 10)}`}
        </div>
      )}
    </div>,
    rule.actions ? rule.actions.map((name) => words(name)).join(", ") : "All actions",
    rule.tier ? words(rule.tier) : <Quiet key="tier">as the action</Quiet>,
    <div key="reason" className="min-w-52 text-ink-2">
      {rule.reason || <span className="text-ink-3">–</span>}
      {rule.code && (
        <div className="text-xs text-ink-3">
          owed to the applicant: {vocabulary?.codes.find((code) => code.name === rule.code)?.label ?? words(rule.code)}
        </div>
      )}
    </div>,
    ...(onEdit
      ? [
          <Button
            key="edit"
            size="icon"
            variant="ghost"
            aria-label={`Edit the rule ${rule.name}`}
            onClick={() => onEdit(`rule:${rule.name}`)}
          >
            <Pencil />
          </Button>,
        ]
      : []),
  ]
}

const missingWords = (missing: string | undefined) =>
  missing === "refuse"
    ? "refused when a value is missing"
    : missing === "ignore"
      ? "says nothing when a value is missing"
      : ""

function ActionsCard({
  document,
  vocabulary,
  onEdit,
}: {
  document: PolicyDocument
  vocabulary: Words | undefined
  onEdit?: (part: string) => void
}) {
  const currency = useOrganization()?.currency ?? "USD"
  const actions = Object.entries(document.actions)
  return (
    <Card
      title={`Actions (${actions.length})`}
      actions={<span className="text-xs text-ink-3">An action that is not listed may not happen.</span>}
    >
      <Scroll label="Actions" className="-mx-4 -mb-4 overflow-x-auto">
        <Table
          label="Actions"
          heads={[
            "Action",
            "Acts from",
            "Limits",
            "Who may answer",
            "Answer within",
            "Held for",
            "Checked first",
            "Blind",
            "Undo",
            ...(onEdit ? [""] : []),
          ]}
          rows={actions.map(([name, written]) => {
            const action = settled(written)
            return {
              key: name,
              cells: [
                <div key="name" className="min-w-32">
                  <div className="font-medium">{actionLabel(vocabulary, name)}</div>
                  <div className="mono text-2xs text-ink-3">{name}</div>
                </div>,
                <span key="threshold" className="num whitespace-nowrap">
                  {shareText(action.act_threshold)} confidence
                </span>,
                action.limits.length ? (
                  <ul key="limits" className="min-w-44">
                    {action.limits.map((limit) => (
                      <li key={JSON.stringify(limit)}>{limitText(limit, currency)}</li>
                    ))}
                  </ul>
                ) : (
                  <Quiet key="limits">none</Quiet>
                ),
                words(action.tier),
                <span key="deadline" className="whitespace-nowrap">
                  {hoursText(action.deadline_hours)}
                  <span className="text-ink-3">, then {action.fate}</span>
                </span>,
                <span key="hold" className="whitespace-nowrap">
                  {action.hold_seconds ? hoursText(action.hold_seconds / 3600) : <span className="text-ink-3">–</span>}
                </span>,
                <span key="review" className="whitespace-nowrap">
                  {shareText(action.review_share.supervised)} supervised, {shareText(action.review_share.full)} full
                </span>,
                shareText(action.blind_share),
                action.reversible ? "yes" : <Quiet key="undo">no</Quiet>,
                ...(onEdit
                  ? [
                      <Button
                        key="edit"
                        size="icon"
                        variant="ghost"
                        aria-label={`Edit the action ${name}`}
                        onClick={() => onEdit(`action:${name}`)}
                      >
                        <Pencil />
                      </Button>,
                    ]
                  : []),
              ],
            }
          })}
        />
      </Scroll>
    </Card>
  )
}

const Quiet = ({ children }: { children: string }) => <span className="text-ink-3">{children}</span>

/** A table whose cells wrap; for what is read rather than scanned. */
function Table({
  label,
  heads,
  rows,
}: {
  label: string
  heads: string[]
  rows: { key: string; dim?: boolean; cells: ReactNode[] }[]
}) {
  return (
    <table aria-label={label} className="w-full text-[13px]">
      <thead>
        <tr className="border-y bg-sunken/60 text-left text-xs text-ink-3">
          {heads.map((head, at) => (
            <th key={head} scope="col" className={`h-8 px-3 font-medium whitespace-nowrap ${at === 0 ? "pl-4" : ""}`}>
              {head || <span className="sr-only">Edit</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} className={`border-b align-top last:border-0 ${row.dim ? "opacity-70" : ""}`}>
            {row.cells.map((cell, at) => (
              <td key={heads[at]} className={`px-3 py-2 ${at === 0 ? "pl-4" : ""}`}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
