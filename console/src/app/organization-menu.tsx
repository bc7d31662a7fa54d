import { Check, ChevronsUpDown, FlaskConical } from "lucide-react"
import { chooseOrganization } from "@/api/organization"
import { Menu } from "@/ui/menu"
import { useMe, useOrganization } from "./session"

/** Work in another organisation: everything on show belongs to the one before, so the page begins anew. */
export function goTo(slug: string): void {
  chooseOrganization(slug)
  location.assign("/admin/autonomous-business")
}

/** The organisation one works in; with more than one, the way to another. */
export function OrganizationMenu() {
  const me = useMe()
  const organization = useOrganization()
  const places = me?.places ?? []
  const face = (
    <>
      <img src="/icon.svg" alt="" width={24} height={24} className="size-6 rounded-md" />
      <span className="min-w-0 flex-1 truncate text-left text-[13px] font-semibold">
        {organization?.name ?? "Intendant"}
      </span>
    </>
  )
  if (places.length < 2) return <div className="flex h-9 items-center gap-2.5 px-1.5">{face}</div>
  return (
    <Menu
      label="Organisation"
      trigger={
        <button type="button" className="flex h-9 w-full items-center gap-2.5 rounded-control px-1.5 hover:bg-sunken">
          {face}
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-3" />
        </button>
      }
      items={places.map((place) => ({
        label: (
          <>
            <span className="max-w-56 truncate">{place.name}</span>
            {place.kind !== "real" && (
              <span className="ml-auto inline-flex items-center gap-1 pl-3 text-xs text-ink-3">
                <FlaskConical aria-hidden className="size-3.5" /> {place.kind}
              </span>
            )}
          </>
        ),
        icon: place.organization === organization?.slug ? <Check aria-label="Here now" /> : <span className="size-4" />,
        run: () => place.organization !== organization?.slug && goTo(place.organization),
      }))}
    />
  )
}
