import type { ReactNode } from "react"
import { Facts } from "./basics"
import { Button } from "./button"
import { csv, download } from "./download"
import { count, words } from "./format"
import { Scroll } from "./scroll"

/** A row of a file that could not be used. `told` says it in more than its one reason. */
export interface ProblemRow {
  row: number
  code: string
  field?: string | null
  reason: string
  told?: ReactNode
}

interface UploadResultProps {
  /** The file's name, which names what was set aside. */
  name: string
  facts: [string, string][]
  /** Said when every row could be used. */
  done: string
  problems: ProblemRow[]
  leftOut: number
  onAgain: () => void
}

/** What became of a file's rows: the counts, and those that were set aside with their reasons. */
export function UploadResult({ name, facts, done, problems, leftOut, onAgain }: UploadResultProps) {
  return (
    <div className="flex flex-col gap-4" role="status">
      <Facts items={facts} />
      {problems.length === 0 ? (
        <p className="text-[13px] text-ink-3">{done}</p>
      ) : (
        <SetAside problems={problems} leftOut={leftOut} />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        {problems.length > 0 && (
          <Button onClick={() => downloadSetAside(name, problems)}>Download what was set aside</Button>
        )}
        <Button variant="solid" onClick={onAgain}>
          Upload another file
        </Button>
      </div>
    </div>
  )
}

/** Rows that were set aside, and why. */
export function SetAside({ problems, leftOut }: { problems: ProblemRow[]; leftOut: number }) {
  return (
    <>
      <Scroll label="Rows set aside" className="max-h-[40dvh] overflow-auto rounded-control border">
        <table className="w-full text-[13px]">
          <caption className="sr-only">Rows that were set aside, and why</caption>
          <thead className="sticky top-0 bg-sunken text-left text-xs text-ink-3">
            <tr>
              <th scope="col" className="px-3 py-1.5 text-right font-medium">
                Row
              </th>
              <th scope="col" className="px-3 py-1.5 font-medium">
                Why
              </th>
            </tr>
          </thead>
          <tbody>
            {problems.map((problem) => (
              <tr key={problem.row} className="border-t align-baseline">
                <td className="num px-3 py-1.5 text-right">{count(problem.row)}</td>
                <td className="px-3 py-1.5">
                  <span className="block text-xs text-ink-3">
                    {words(problem.code)}
                    {problem.field && ` · ${problem.field}`}
                  </span>
                  {problem.told ?? problem.reason}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {leftOut > 0 && <p className="text-xs text-ink-3">{count(leftOut)} more were set aside for like reasons.</p>}
    </>
  )
}

const downloadSetAside = (name: string, problems: ProblemRow[]) =>
  download(
    `${name}-set-aside.csv`,
    csv(
      ["row", "code", "field", "reason"],
      problems.map((each) => [each.row, each.code, each.field ?? "", each.reason]),
    ),
    "text/csv",
  )
