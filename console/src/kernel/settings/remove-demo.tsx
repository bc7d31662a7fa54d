import { Trash2 } from "lucide-react"
import { useState } from "react"
import { useCan } from "@/app/session"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import RemoveDemoDialog from "./remove-demo-dialog"

/** The end of a demo. */
export function RemoveDemo({ organization }: { organization: { slug: string; name: string } }) {
  const [open, setOpen] = useState(false)
  const mayRemove = useCan()("organizations:organization:manage")
  return (
    <Card title="Remove the demo">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-64 text-[13px] text-ink-2">
          Deletes {organization.name} with its decisions, records and people's places in it, at once and for good.
        </p>
        <Button variant="decline" disabled={!mayRemove} onClick={() => setOpen(true)}>
          <Trash2 /> Remove the demo
        </Button>
      </div>
      {!mayRemove && <p className="mt-2 text-xs text-ink-3">Only an owner may remove it.</p>}
      {open && <RemoveDemoDialog organization={organization} onClose={() => setOpen(false)} />}
    </Card>
  )
}
