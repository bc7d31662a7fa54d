import { Database, FileUp, SquareTerminal } from "lucide-react"
import { useCan } from "@/app/session"
import { Notice } from "@/ui/basics"
import { Page } from "@/ui/page"
import { Tabs } from "@/ui/tabs"
import { FromFile } from "./from-file"
import { FromQuery } from "./from-query"
import { FromRecord } from "./from-record"
import { addDataRoute } from "./routes"
import type { Way } from "./search"

const LABEL = "inline-flex items-center gap-1.5 [&_svg]:size-4"

/** Bring a table: a file, a part of the record, or what a query answers. */
export function AddDataPage() {
  const { from = "file" } = addDataRoute.useSearch()
  const navigate = addDataRoute.useNavigate()
  const can = useCan()
  return (
    <Page title="Add data" lead="The rows are kept as they are now; each column is profiled as they come in.">
      {can("ai_analytics:create") ? (
        <Tabs<Way>
          label="Where the data comes from"
          value={from}
          onChange={(next) => void navigate({ search: { from: next }, replace: true })}
          tabs={[
            { value: "file", label: <Label icon={<FileUp aria-hidden />}>A file</Label>, content: () => <FromFile /> },
            {
              value: "record",
              label: <Label icon={<Database aria-hidden />}>The record</Label>,
              content: () => <FromRecord />,
            },
            {
              value: "query",
              label: <Label icon={<SquareTerminal aria-hidden />}>A query</Label>,
              content: () => <FromQuery />,
            },
          ]}
        />
      ) : (
        <Notice tone="warn">Your role may look at datasets, not add any. Ask an owner of the organisation.</Notice>
      )}
    </Page>
  )
}

const Label = ({ icon, children }: { icon: React.ReactNode; children: string }) => (
  <span className={LABEL}>
    {icon}
    {children}
  </span>
)
