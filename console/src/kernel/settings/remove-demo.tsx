import { useQuery } from "@tanstack/react-query"
import { Trash2 } from "lucide-react"
import { useState } from "react"
import { api, type Schema } from "@/api/client"
import { chooseOrganization, forgetOrganization } from "@/api/organization"
import { meQuery, useCan } from "@/app/session"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"

/** The end of a demo, for good, after its short name was typed. */
export function RemoveDemo({ organization }: { organization: Schema["OrganizationView"] }) {
  const [open, setOpen] = useState(false)
  const can = useCan()
  const places = useQuery(meQuery).data?.places ?? []
  const mayRemove = can("organizations:organization:manage")
  const other = places.find((place) => place.organization !== organization.slug)
  const what = organization.kind === "demo" ? "demo" : "sandbox"
  const remove = async () => {
    await api.POST("/api/v1/organization/remove-demo", { body: { confirm: organization.slug } })
    if (other) chooseOrganization(other.organization)
    else forgetOrganization()
    // Everything on show belonged to the organisation that is gone: begin anew.
    location.assign(other ? "/admin/autonomous-business" : "/settings/demo-removed")
  }
  return (
    <Card title={`Remove the ${what}`}>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-64 text-[13px] text-ink-2">
          Deletes {organization.name} with its decisions, records and people's places in it, at once and for good.
          {organization.kind === "demo" && " Its simulator ends, and no new demo is made at the next start."}
        </p>
        <Button variant="decline" disabled={!mayRemove} onClick={() => setOpen(true)}>
          <Trash2 /> Remove the {what}
        </Button>
      </div>
      {!mayRemove && <p className="mt-2 text-xs text-ink-3">Only an owner may remove it.</p>}
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title={`Remove ${organization.name}?`}
        confirm="Remove it for good"
        danger
        typed={organization.slug}
        onConfirm={remove}
      >
        Everything in it is deleted and cannot be brought back: decisions, applications, policies, the audit record.
        {other
          ? ` You go on in ${other.name}.`
          : " You belong to no other organisation; the next page says how to add one."}
      </Confirm>
    </Card>
  )
}
