import { cn } from "@/ui/cn"
import type { Change, Reason } from "./queries"

const HALF = 50

const signed = (value: number) =>
  value.toLocaleString(undefined, { signDisplay: "exceptZero", maximumSignificantDigits: 3 })

/** Why the model said so: a sentence for each feature, a bar to the left or right of a middle line, and the figure. */
export function Reasons({ reasons }: { reasons: Reason[] }) {
  if (reasons.length === 0)
    return <p className="text-[13px] text-ink-3">This kind of model does not say what its answer rests on.</p>
  const widest = Math.max(...reasons.map((each) => Math.abs(each.contribution)), Number.MIN_VALUE)
  const towards = reasons[0]?.towards
  return (
    <table className="w-full text-[13px]">
      <caption className="sr-only">Reasons, the weightiest first</caption>
      <thead className="text-2xs text-ink-3">
        <tr>
          <th scope="col" className="pb-1 text-left font-normal">
            Reason
          </th>
          <th scope="col" className="w-28 pb-1 font-normal sm:w-36">
            <span className="flex justify-between gap-2">
              <span>{towards ? `← against ${towards}` : "← less"}</span>
              <span>{towards ? "for →" : "more →"}</span>
            </span>
          </th>
          <th scope="col" className="w-14 pb-1 text-right font-normal">
            {towards ? "Log odds" : "Weight"}
          </th>
        </tr>
      </thead>
      <tbody>
        {reasons.map((each) => {
          const width = (Math.abs(each.contribution) / widest) * HALF
          const less = each.contribution < 0
          return (
            <tr key={each.feature} className="border-t align-middle">
              <th scope="row" className="py-1.5 pr-3 text-left leading-4 font-normal break-words">
                {each.sentence}
              </th>
              <td className="py-1.5">
                <span aria-hidden className="relative block h-2.5 rounded-sm bg-sunken dark:bg-raised">
                  <span
                    className={cn(
                      "absolute inset-y-0",
                      less ? "rounded-l-sm bg-review-fill" : "rounded-r-sm bg-accent",
                    )}
                    style={{ width: `${width}%`, left: `${less ? HALF - width : HALF}%` }}
                  />
                  <span className="absolute -inset-y-1 left-1/2 w-px bg-line-strong" />
                </span>
              </td>
              <td className="num py-1.5 text-right text-ink-2">{signed(each.contribution)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** Which single changes would bring another answer, with the caution they are read with. */
export function Changes({ changes, caution, isClass }: { changes: Change[]; caution: string; isClass: boolean }) {
  if (!isClass)
    return <p className="text-[13px] text-ink-3">For a number no change is looked for: every one would move it.</p>
  return (
    <>
      {changes.length === 0 ? (
        <p className="text-[13px]">No single change, within what occurred in training, would change the answer.</p>
      ) : (
        <ul className="flex list-disc flex-col gap-1 pl-4 text-[13px]">
          {changes.map((each) => (
            <li key={each.feature} className="break-words">
              {each.sentence}
            </li>
          ))}
        </ul>
      )}
      <p className="mt-2 text-xs text-ink-3">{caution}</p>
    </>
  )
}
