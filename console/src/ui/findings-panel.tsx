import { CircleAlert, CircleCheck, LoaderCircle, TriangleAlert } from "lucide-react"
import type { ReactNode } from "react"
import { Card } from "./basics"
import { plain, words } from "./format"

/** Something found in a draft: an error keeps it from being published, a warning does not. */
export interface Finding {
  severity: "error" | "warning"
  path: string
  code: string
  message: string
  remedy?: string | null
  example?: Record<string, unknown> | null
}

/** What the check says about the draft, errors first; each entry leads to what it is about. */
export function FindingsPanel<F extends Finding>({
  findings,
  publishable,
  busy,
  failed,
  whereabouts,
  onOpen,
}: {
  findings: F[]
  publishable: boolean | undefined
  busy: boolean
  failed: string | null
  /** Which part of the draft a finding is about, in words. */
  whereabouts: (finding: F) => string
  onOpen: (finding: F) => void
}) {
  const errors = findings.filter((finding) => finding.severity === "error")
  const warnings = findings.filter((finding) => finding.severity === "warning")
  return (
    <Card
      title="Check"
      actions={busy && <LoaderCircle aria-label="Checking" className="size-4 animate-spin text-ink-3" />}
    >
      <div role="status" className="text-[13px]">
        {failed ? (
          <Line icon={<TriangleAlert className="text-review" />}>{failed}</Line>
        ) : publishable === undefined ? (
          <span className="text-ink-3">Checking…</span>
        ) : errors.length ? (
          <Line icon={<CircleAlert className="text-decline" />}>
            {errors.length === 1 ? "One error blocks publishing." : `${errors.length} errors block publishing.`}
          </Line>
        ) : (
          <Line icon={<CircleCheck className="text-ink-3" />}>
            {warnings.length ? "It can be published; look at what stands below." : "Nothing wrong was found."}
          </Line>
        )}
      </div>
      {findings.length > 0 && (
        <ul className="mt-2 flex flex-col divide-y border-t">
          {[...errors, ...warnings].map((finding) => (
            <li key={finding.code + finding.path + finding.message} className="py-2 last:pb-0">
              <button
                type="button"
                className="block w-full rounded text-left hover:bg-sunken dark:hover:bg-raised"
                onClick={() => onOpen(finding)}
              >
                <Line
                  icon={
                    finding.severity === "error" ? (
                      <CircleAlert aria-label="Error" className="text-decline" />
                    ) : (
                      <TriangleAlert aria-label="Warning" className="text-review" />
                    )
                  }
                >
                  <span className="text-xs font-medium text-ink-3">
                    {words(finding.code)}, {whereabouts(finding)}
                  </span>
                  <span className="block text-[13px] break-words">{finding.message}</span>
                  {finding.remedy && <span className="block text-xs text-ink-3">{finding.remedy}</span>}
                </Line>
              </button>
              {finding.example && Object.keys(finding.example).length > 0 && (
                <p className="mt-1 ml-6 text-xs break-words text-ink-3">
                  For example:{" "}
                  {Object.entries(finding.example)
                    .map(([name, value]) => `${name} ${plain(value)}`)
                    .join(", ")}
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

const Line = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <span className="flex gap-2 [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0">
    {icon}
    <span className="min-w-0">{children}</span>
  </span>
)
