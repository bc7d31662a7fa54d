import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { count } from "@/ui/format"
import { UploadResult } from "@/ui/set-aside"
import { Fetched } from "@/ui/states"
import { type Dataset, quarantineQuery } from "./queries"
import { bytes } from "./words"

/** What became of an uploaded file, and where to go from here. */
export function AddedFile({ dataset, onAgain }: { dataset: Dataset; onAgain: () => void }) {
  const quarantine = useQuery(quarantineQuery(dataset.dataset_id))
  return (
    <Card
      title={`“${dataset.name}” is kept`}
      actions={
        <>
          <Button asChild>
            <Link to="/models/new" search={{ dataset: dataset.dataset_id }}>
              Train a model on it
            </Link>
          </Button>
          <Button asChild variant="solid">
            <Link to="/datasets/$datasetId" params={{ datasetId: dataset.dataset_id }} search={{}}>
              Look at it
            </Link>
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {dataset.notices.map((notice) => (
          <Notice key={notice}>{notice}</Notice>
        ))}
        <Fetched query={quarantine} rows={2}>
          {({ rows_in_file, rows_accepted, rows_quarantined, rows }) => (
            <UploadResult
              name={dataset.name}
              facts={[
                ["Rows in the file", count(rows_in_file)],
                ["Kept", count(rows_accepted)],
                ["Set aside", count(rows_quarantined)],
                ["Columns", count(dataset.column_count)],
                ["Size", bytes(dataset.size_bytes)],
              ]}
              done="Every row was kept."
              problems={rows.map((row) => ({ row: row.number, code: row.reason, reason: row.explanation }))}
              leftOut={rows_quarantined - rows.length}
              onAgain={onAgain}
            />
          )}
        </Fetched>
      </div>
    </Card>
  )
}
