/** An answer of a model, whatever its kind: the class with its probabilities, the number with its range, what is unusual. */
import { cn } from "@/ui/cn"
import { percent } from "@/ui/format"
import type { Output } from "./queries"

const CLASSES_SHOWN = 6

/** A number as people read it: whole from a thousand on. */
export const figure = (value: number) =>
  value.toLocaleString(
    undefined,
    Math.abs(value) >= 1_000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 },
  )

const known = (value: number | null | undefined): value is number => value !== null && value !== undefined

/** The answer in a few words: the class, or the number with its range. */
export function answerText({ label, value, lower, upper }: Output): string {
  if (label !== null && label !== undefined) return label
  if (!known(value)) return "No answer"
  return known(lower) && known(upper) ? `${figure(value)} (${figure(lower)} to ${figure(upper)})` : figure(value)
}

/** What the model says, large, with what it does not rule out. */
export function AnswerShown({ output, confidence }: { output: Output; confidence: number }) {
  const { label, value, lower, upper, set } = output
  return (
    <div>
      <p className="num text-2xl leading-8 font-semibold break-words">
        {label ?? (known(value) ? figure(value) : "–")}
      </p>
      <p className="num mt-0.5 text-[13px] text-ink-3">
        {percent(confidence, 1)} confidence
        {label !== null && label !== undefined && known(value) && <> · {figure(value)}</>}
        {known(lower) && known(upper) && (
          <>
            {" "}
            · most likely {figure(lower)} to {figure(upper)}
          </>
        )}
      </p>
      {set && set.length > 1 && (
        <p className="mt-1 text-[13px]">
          It cannot rule out {set.filter((each) => each !== label).join(", ")}: the case is a close one.
        </p>
      )}
      <Probabilities output={output} />
    </div>
  )
}

function Probabilities({ output: { probability, label } }: { output: Output }) {
  if (!probability) return null
  const ordered = Object.entries(probability).toSorted(([, one], [, other]) => other - one)
  return (
    <dl className="mt-3 flex flex-col gap-1.5">
      {ordered.slice(0, CLASSES_SHOWN).map(([name, share]) => (
        <div key={name} className="grid grid-cols-[minmax(4rem,30%)_1fr_3.5rem] items-center gap-2 text-[13px]">
          <dt className={cn("truncate", name === label && "font-medium")}>{name}</dt>
          <dd aria-hidden className="h-2 rounded-full bg-line">
            <span
              className={cn("block h-full rounded-full", name === label ? "bg-accent" : "bg-abstain-fill")}
              style={{ width: `${share * 100}%` }}
            />
          </dd>
          <dd className="num text-right text-ink-2">{percent(share, 1)}</dd>
        </div>
      ))}
      {ordered.length > CLASSES_SHOWN && (
        <p className="text-xs text-ink-3">and {ordered.length - CLASSES_SHOWN} less probable classes</p>
      )}
    </dl>
  )
}
