import { cn } from "@/ui/cn"
import { LEVEL_WORDS, LEVELS, type Level } from "./levels"

/** The levels from least to most autonomy; the one that holds is marked, the others can be chosen. */
export function Ladder({
  name,
  level,
  controlled,
  onChoose,
}: {
  name: string
  level: Level
  controlled: boolean
  onChoose?: (level: Level) => void
}) {
  const at = LEVELS.indexOf(level)
  return (
    <ol aria-label={`Level of ${name}`} className="grid gap-1.5 md:grid-cols-3 xl:grid-cols-6">
      {LEVELS.map((each, place) => {
        const current = each === level
        const body = (
          <>
            <span
              aria-hidden
              className={cn(
                "mb-2 hidden h-1 rounded-full xl:block",
                place > at ? "bg-line" : controlled ? "bg-review-fill" : "bg-accent",
              )}
            />
            <span className="flex items-center gap-2">
              <span className={cn("font-medium", current && "text-accent")}>{LEVEL_WORDS[each].label}</span>
              {current && (
                <span className="text-2xs font-semibold text-accent">{controlled ? "when handed back" : "now"}</span>
              )}
            </span>
            <span className="mt-0.5 block text-xs text-ink-3">{LEVEL_WORDS[each].what}</span>
          </>
        )
        const shape = cn(
          "flex h-full w-full flex-col items-stretch justify-start rounded-control border px-3 py-2 text-left text-[13px]",
          current ? "border-accent bg-accent-soft [&_.text-ink-3]:text-ink-2" : "bg-surface",
        )
        return (
          <li key={each} aria-current={current ? "step" : undefined}>
            {onChoose && !current ? (
              <button
                type="button"
                className={cn(shape, "hover:border-line-strong hover:bg-sunken dark:hover:bg-raised")}
                onClick={() => onChoose(each)}
              >
                {body}
              </button>
            ) : (
              <div className={shape}>{body}</div>
            )}
          </li>
        )
      })}
    </ol>
  )
}
