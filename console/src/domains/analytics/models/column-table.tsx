import { useState } from "react"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { SearchBox } from "@/ui/facets"
import { count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import type { KnownColumn } from "./columns"
import { type Draft, isLearntFrom, partOf } from "./form-values"

const SHOWN = 100

/** Every column with its type and profile, and whether it is learnt from; all are, unless one says otherwise. */
export function ColumnTable({
  columns,
  draft,
  error,
  onChange,
}: {
  columns: KnownColumn[]
  draft: Draft
  error?: string
  onChange: (change: Partial<Draft>) => void
}) {
  const [words, setWords] = useState<string>()
  const [shown, setShown] = useState(SHOWN)
  const found = words ? columns.filter(({ name }) => name.toLowerCase().includes(words.toLowerCase())) : columns
  const learnt = columns.filter(({ name }) => isLearntFrom(draft, name)).length
  const learn = (names: string[], yes: boolean) =>
    onChange({
      excluded: yes
        ? draft.excluded.filter((each) => !names.includes(each))
        : [...new Set([...draft.excluded, ...names])],
      chosen:
        draft.chosen &&
        (yes ? [...new Set([...draft.chosen, ...names])] : draft.chosen.filter((each) => !names.includes(each))),
    })
  const protect = (name: string, yes: boolean) =>
    onChange({ protected: yes ? [...draft.protected, name] : draft.protected.filter((each) => each !== name) })
  return (
    <section aria-label="Columns" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox value={words} label="Search columns" onChange={setWords} />
        <span className="num text-xs text-ink-3">
          {count(learnt)} of {count(columns.length)} are learnt from
        </span>
        <span className="ml-auto flex gap-1.5">
          <Button
            size="sm"
            variant="ghost"
            onClick={() =>
              learn(
                found.map(({ name }) => name),
                true,
              )
            }
          >
            All{words && " found"}
          </Button>
          <Button
            size="sm"
            variant="ghost"
            onClick={() =>
              learn(
                found.map(({ name }) => name),
                false,
              )
            }
          >
            None{words && " found"}
          </Button>
        </span>
      </div>
      {error && (
        <p role="alert" className="text-xs text-decline">
          {error}
        </p>
      )}
      <Scroll label="Columns of the table" className="max-h-96 overflow-auto rounded-control border">
        <table className="w-full text-[13px]">
          <thead className="sticky top-0 z-10 bg-sunken text-left text-xs text-ink-3">
            <tr>
              <th scope="col" className="py-1.5 pl-3 font-medium">
                Learn from
              </th>
              <th scope="col" className="px-3 py-1.5 font-medium">
                Column
              </th>
              <th scope="col" className="hidden px-3 py-1.5 font-medium md:table-cell">
                What is in it
              </th>
              <th
                scope="col"
                className="px-3 py-1.5 font-medium"
                title="Looked at for fairness only, never learnt from"
              >
                Protected
              </th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shown).map((column) => (
              <Row key={column.name} column={column} draft={draft} onLearn={learn} onProtect={protect} />
            ))}
          </tbody>
        </table>
        {found.length > shown && (
          <div className="p-2 text-center">
            <Button size="sm" variant="ghost" onClick={() => setShown(shown + SHOWN)}>
              Show more of {count(found.length)}
            </Button>
          </div>
        )}
      </Scroll>
      <p className="text-xs text-ink-3">
        Protected columns are never learnt from: they are looked at afterwards, to see whether some group fares worse.
      </p>
    </section>
  )
}

function Row({
  column: { name, type, profile, looksLikeId },
  draft,
  onLearn,
  onProtect,
}: {
  column: KnownColumn
  draft: Draft
  onLearn: (names: string[], yes: boolean) => void
  onProtect: (name: string, yes: boolean) => void
}) {
  const part = partOf(draft, name)
  return (
    <tr className="border-t">
      <td className="py-1.5 pl-3">
        <input
          type="checkbox"
          aria-label={`Learn from ${name}`}
          className="block size-4 accent-accent"
          checked={isLearntFrom(draft, name)}
          disabled={part !== null}
          onChange={(event) => onLearn([name], event.target.checked)}
        />
      </td>
      <th scope="row" className="px-3 py-1.5 text-left font-normal">
        <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="break-all">{name}</span>
          <span className="text-xs text-ink-3">{type}</span>
          {part && <Badge tone="accent">{part}</Badge>}
          {name === draft.time && <Badge tone="info">Time</Badge>}
          {looksLikeId && !part && <Badge tone="neutral">looks like an id</Badge>}
        </span>
        {profile && <span className="block text-xs break-words text-ink-3 md:hidden">{profile}</span>}
      </th>
      <td
        className="hidden max-w-96 truncate px-3 py-1.5 text-xs text-ink-3 md:table-cell"
        title={profile ?? undefined}
      >
        {profile ?? "–"}
      </td>
      <td className="px-3 py-1.5">
        <input
          type="checkbox"
          aria-label={`Protect ${name}`}
          className="block size-4 accent-accent"
          checked={draft.protected.includes(name)}
          disabled={part !== null && part !== "Protected"}
          onChange={(event) => onProtect(name, event.target.checked)}
        />
      </td>
    </tr>
  )
}
