import { Link } from "@tanstack/react-router"
import type { ReactNode } from "react"
import { Card, Copy } from "@/ui/basics"
import { actor, count } from "@/ui/format"
import { When } from "@/ui/when"
import type { Model } from "./queries"
import { algorithmWord, typeDoes, typeWord } from "./words"

/** What a model is: what it tells, from which data, by what, and when it learns anew. */
export function AboutCard({ model }: { model: Model }) {
  const facts: [string, ReactNode][] = [
    ["Kind", typeWord(model.model_type)],
    ...(model.target_column ? [["Target", <Column key="t" name={model.target_column} />] as [string, ReactNode]] : []),
    ["Learns from", <Source key="s" model={model} />],
    [
      "Features",
      model.feature_columns
        ? `${count(model.feature_columns.length)} columns, chosen`
        : model.exclude.length
          ? `All columns but ${count(model.exclude.length)}`
          : "All columns that can be learnt from",
    ],
    ["Algorithm", algorithmWord(model.algorithm)],
    ...named(model),
    [
      "Learns anew",
      model.retraining_frequency_days
        ? model.retraining_frequency_days === 1
          ? "every day"
          : `every ${count(model.retraining_frequency_days)} days`
        : "when asked to",
    ],
    ["When it proves itself", model.deploy_when_validated ? "is deployed by itself" : "waits for a person"],
    [
      "Created",
      <span key="c">
        {actor(model.created_by)}, <When at={model.created_at} />
      </span>,
    ],
    ["Id", <Copy key="i" text={model.id} label="Copy the model's id" />],
  ]
  return (
    <Card title="What it is">
      <p className="mb-3 text-[13px] whitespace-pre-line text-ink-2">
        {model.description || typeDoes(model.model_type)}
      </p>
      <dl className="flex flex-col gap-2 text-[13px]">
        {facts.map(([term, value]) => (
          <div key={term} className="grid grid-cols-[7rem_minmax(0,1fr)] gap-2">
            <dt className="text-ink-3">{term}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

const Column = ({ name }: { name: string }) => <span className="font-medium break-words">{name}</span>

/** Columns with a part of their own. */
function named(model: Model): [string, ReactNode][] {
  const one = (term: string, name: string | null): [string, ReactNode][] =>
    name ? [[term, <Column key={term} name={name} />]] : []
  return [
    ...one("Time", model.time_column),
    ...one("Group", model.group_column),
    ...one("Series", model.series_column),
    ...(model.horizon ? [["Horizon", `${count(model.horizon)} steps`] as [string, ReactNode]] : []),
    ...one("Positive class", model.positive),
    ...(model.protected_columns.length
      ? [["Protected", model.protected_columns.join(", ")] as [string, ReactNode]]
      : []),
  ]
}

function Source({ model: { training_data_source: source } }: { model: Model }) {
  if (source.dataset_id)
    return (
      <Link to="/datasets/$datasetId" params={{ datasetId: source.dataset_id }} className="text-accent hover:underline">
        {source.name ?? "A dataset that was removed"}
      </Link>
    )
  if (source.source) return <>{source.source} (record)</>
  return (
    <code className="mono block max-h-32 overflow-y-auto text-xs break-words whitespace-pre-wrap">{source.query}</code>
  )
}
