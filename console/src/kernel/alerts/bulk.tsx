import { Check, Eye, X } from "lucide-react"
import { Button } from "@/ui/button"
import { count } from "@/ui/format"
import type { Acting, Ending } from "./acting"

/** Choosing many alerts, and what can be done with those chosen. */
export function Bulk({
  ids,
  selected,
  acting,
  onSelect,
  onEnd,
}: {
  ids: string[]
  selected: string[]
  acting: Acting
  onSelect: (ids: string[]) => void
  onEnd: (state: Ending) => void
}) {
  const all = ids.length > 0 && selected.length === ids.length
  return (
    <div className="sticky top-14 z-10 flex min-h-11 rounded-t-[inherit] flex-wrap items-center gap-2 border-b bg-surface px-3 py-1.5 text-xs">
      <input
        type="checkbox"
        aria-label="Select all on this page"
        className="mr-1 block size-4 accent-accent"
        checked={all}
        disabled={ids.length === 0}
        onChange={() => onSelect(all ? [] : ids)}
      />
      {selected.length === 0 ? (
        <span className="text-ink-3">Select to resolve or clear several at once</span>
      ) : (
        <>
          <span className="num font-medium">{count(selected.length)} selected</span>
          <span className="ml-auto flex flex-wrap gap-1.5">
            <Button
              size="sm"
              busy={acting.acknowledge.isPending}
              onClick={() => acting.acknowledge.mutate(selected, { onSuccess: () => onSelect([]) })}
            >
              {!acting.acknowledge.isPending && <Eye aria-hidden />} Acknowledge
            </Button>
            <Button size="sm" onClick={() => onEnd("resolved")}>
              <Check aria-hidden /> Resolve…
            </Button>
            <Button size="sm" onClick={() => onEnd("cleared")}>
              <X aria-hidden /> Clear…
            </Button>
            <Button size="sm" variant="ghost" onClick={() => onSelect([])}>
              Select none
            </Button>
          </span>
        </>
      )}
    </div>
  )
}
