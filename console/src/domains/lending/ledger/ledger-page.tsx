import { getRouteApi } from "@tanstack/react-router"
import { ChevronDown, Download, FileText, Sheet } from "lucide-react"
import { lazy, type ReactNode, Suspense, useState } from "react"
import { Button } from "@/ui/button"
import { Menu } from "@/ui/menu"
import { Page } from "@/ui/page"
import { Tabs } from "@/ui/tabs"
import { Accounts } from "./accounts"
import { Periods } from "./periods"
import { Postings } from "./postings"
import type { LedgerSearch, LedgerTab } from "./search"
import { Statement } from "./statement"
import { TrialBalance } from "./trial-balance"

const ExportDialog = lazy(() => import("./export-dialog"))
const route = getRouteApi("/ledger")

/** Every movement of money, by double entry. */
export function LedgerPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [exported, setExported] = useState<"csv" | "journal" | null>(null)
  const change = (part: Partial<LedgerSearch>, quiet = false) =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: quiet, resetScroll: false })
  const tab = search.tab ?? "balance"
  const tabs: { value: LedgerTab; label: string; content: () => ReactNode }[] = [
    { value: "balance", label: "Trial balance", content: () => <TrialBalance search={search} onChange={change} /> },
    { value: "accounts", label: "Accounts", content: () => <Accounts onChange={change} /> },
    { value: "statement", label: "Statement", content: () => <Statement search={search} onChange={change} /> },
    { value: "postings", label: "Postings", content: () => <Postings search={search} onChange={change} /> },
    { value: "periods", label: "Periods", content: () => <Periods search={search} onChange={change} /> },
  ]
  return (
    <Page
      title="Ledger"
      lead="Every movement of money, by double entry."
      actions={
        <Menu
          label="Export"
          trigger={
            <Button>
              <Download /> Export <ChevronDown />
            </Button>
          }
          items={[
            { label: "Table (CSV)", icon: <Sheet />, run: () => setExported("csv") },
            { label: "Journal (hledger)", icon: <FileText />, run: () => setExported("journal") },
          ]}
        />
      }
    >
      <Tabs label="Ledger" value={tab} tabs={tabs} onChange={(next) => void navigate({ search: { tab: next } })} />
      <Suspense>{exported && <ExportDialog form={exported} onClose={() => setExported(null)} />}</Suspense>
    </Page>
  )
}
