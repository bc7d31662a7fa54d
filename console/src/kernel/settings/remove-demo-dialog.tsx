import { useQuery } from "@tanstack/react-query"
import { api } from "@/api/client"
import { chooseOrganization, forgetOrganization } from "@/api/organization"
import { meQuery } from "@/app/session"
import { Confirm } from "@/ui/dialog"

/** Ask, and remove the demo for good. */
export default function RemoveDemoDialog({
  organization,
  onClose,
}: {
  organization: { slug: string; name: string }
  onClose: () => void
}) {
  const places = useQuery(meQuery).data?.places ?? []
  const other = places.find((place) => place.organization !== organization.slug)
  const remove = async () => {
    await api.POST("/api/v1/organization/remove-demo", { body: { confirm: organization.slug } })
    if (other) chooseOrganization(other.organization)
    else forgetOrganization()
    // Everything on show belonged to the organisation that is gone: begin anew.
    location.assign(other ? "/admin/autonomous-business" : "/settings/demo-removed")
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Remove ${organization.name}?`}
      confirm="Remove it for good"
      danger
      onConfirm={remove}
    >
      Everything in it is deleted and cannot be brought back: decisions, applications, policies, the audit record. Its
      simulator ends, and no new demo is made at the next start.
      {other
        ? ` You go on in ${other.name}.`
        : " You belong to no other organisation; the next page says how to add one."}
    </Confirm>
  )
}
