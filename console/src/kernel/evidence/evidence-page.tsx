import { useQuery } from "@tanstack/react-query"
import { getRouteApi } from "@tanstack/react-router"
import { Info, RefreshCw } from "lucide-react"
import { useState } from "react"
import { query, type Schema } from "@/api/client"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Chips } from "@/ui/facets"
import { useKeys } from "@/ui/keys"
import { Page } from "@/ui/page"
import { Empty, Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { ControlCard } from "./control-card"
import { ExportButtons } from "./export-buttons"
import { type Control, families } from "./families"
import { STATUSES } from "./routes"
import { StatementDialog } from "./statement-dialog"
import { statusLabel } from "./status"

const route = getRouteApi("/evidence")

/** Controls: what the record shows of each now, for those who are audited; never a certificate. */
export function EvidencePage() {
  // It is computed anew with every look, over everything: not behind the reader's back.
  const evidence = useQuery(query.queryOptions("get", "/api/v1/evidence", {}, { staleTime: 60_000 }))
  return (
    <Page
      title="Controls"
      lead={
        evidence.data ? (
          <>
            {evidence.data.source}. Computed from the record <When at={evidence.data.at} clock="system" />.
          </>
        ) : (
          "What the record shows of each control now."
        )
      }
      actions={
        <>
          <Button busy={evidence.isFetching} onClick={() => void evidence.refetch()}>
            {!evidence.isFetching && <RefreshCw aria-hidden />} Look again
          </Button>
          <ExportButtons />
        </>
      }
    >
      <Fetched query={evidence} rows={12}>
        {(data) => <Controls evidence={data} />}
      </Fetched>
    </Page>
  )
}

function Controls({ evidence }: { evidence: Schema["EvidenceView"] }) {
  const { status, control } = route.useSearch()
  const navigate = route.useNavigate()
  const [stating, setStating] = useState<Control | null>(null)
  const shown = families(evidence.items.filter((each) => !status || each.status === status))
  const order = shown.flatMap((family) => family.controls.map((each) => each.id))
  const move = (step: number) => {
    const at = control ? order.indexOf(control) : -1
    const next = order[Math.max(0, Math.min(order.length - 1, at + step))]
    if (!next) return
    void navigate({ search: (now) => ({ ...now, control: next }), replace: true })
    document.getElementById(next)?.scrollIntoView({ block: "nearest" })
  }
  const current = evidence.items.find((each) => each.id === control)
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ...(current?.by_hand ? { Enter: () => setStating(current) } : {}),
  })
  return (
    <>
      <Notice icon={<Info aria-hidden />}>{evidence.disclaimer}</Notice>
      <Chips
        label="Status"
        choices={STATUSES.map((value) => ({ value, label: statusLabel(value), count: evidence.counts[value] ?? 0 }))}
        chosen={status ? [status] : []}
        onChange={(next) => void navigate({ search: { status: next?.find((each) => each !== status) } })}
      />
      {shown.length === 0 && <Empty icon={<Info />} title="No control has this status" />}
      {shown.map((family) => (
        <section key={family.area} className="flex flex-col gap-2">
          <h2 className="flex items-baseline gap-2 text-[15px] font-semibold">
            <span className="mono text-xs font-normal text-ink-3">{family.area}</span> {family.title}
            <span className="num text-xs font-normal text-ink-3">
              {family.controls.filter((each) => each.status === "evidenced").length} of {family.controls.length}{" "}
              evidenced
            </span>
          </h2>
          {family.controls.map((each) => (
            <ControlCard key={each.id} control={each} current={each.id === control} onState={() => setStating(each)} />
          ))}
        </section>
      ))}
      {stating && <StatementDialog control={stating} onClose={() => setStating(null)} />}
    </>
  )
}
