import { useQuery } from "@tanstack/react-query"
import { Link, useParams } from "@tanstack/react-router"
import { Compass, Lock } from "lucide-react"
import { type ComponentType, lazy, Suspense, useEffect, useRef } from "react"
import { meQuery, useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { Page } from "@/ui/page"
import { Empty, Fetched, Loading } from "@/ui/states"
import { SECTIONS, type SectionId } from "./sections"

const CONTENT: Record<SectionId, ComponentType> = {
  organization: lazy(() => import("./organization-section")),
  people: lazy(() => import("./people-section")),
  keys: lazy(() => import("./keys-section")),
  secrets: lazy(() => import("../secrets/secrets-section")),
  usage: lazy(() => import("../usage/usage-section")),
  channels: lazy(() => import("../channels/channels-section")),
  webhooks: lazy(() => import("../webhooks/webhooks-section")),
  configuration: lazy(() => import("./configuration-section")),
  profile: lazy(() => import("./profile-section")),
  sessions: lazy(() => import("./sessions-section")),
  notifications: lazy(() => import("./notifications-section")),
  views: lazy(() => import("./views-section")),
}

const GROUPS = ["Organisation", "You"] as const
const LINK =
  "flex h-8 shrink-0 items-center gap-2 rounded-control px-2.5 text-[13px] font-medium whitespace-nowrap text-ink-2 hover:bg-sunken hover:text-ink dark:hover:bg-raised aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent [&_svg]:size-4"

/** Everything that an organisation and its people set for themselves, a section at a time. */
export function SettingsPage() {
  const { section: id } = useParams({ from: "/settings/$section" })
  const section = SECTIONS.find((each) => each.id === id)
  const can = useCan()
  const me = useQuery(meQuery)
  // After the page's own title, which is the same for every section.
  useEffect(() => {
    if (section) document.title = `${section.label} · Settings · Intendant`
  }, [section])
  const Content = section && CONTENT[section.id]
  return (
    <Page title="Settings">
      <Fetched query={me}>
        {() => (
          <div className="grid min-w-0 gap-4 md:grid-cols-[11rem_minmax(0,1fr)] md:gap-8">
            <SectionList current={id} />
            <div className={cn("flex min-w-0 flex-col gap-4", !WIDE.has(id) && "max-w-3xl")}>
              {!section ? (
                <Empty
                  icon={<Compass />}
                  title="There is no such section"
                  action={
                    <Button asChild>
                      <Link to="/settings/$section" params={{ section: "profile" }}>
                        Go to your profile
                      </Link>
                    </Button>
                  }
                />
              ) : can(section.permission) && Content ? (
                <Suspense fallback={<Loading />} key={id}>
                  <Content />
                </Suspense>
              ) : (
                <Empty icon={<Lock />} title={`Your role may not see ${section.label.toLowerCase()}`}>
                  Ask an owner of the organisation if you need it.
                </Empty>
              )}
            </div>
          </div>
        )}
      </Fetched>
    </Page>
  )
}

const WIDE = new Set(["people", "keys", "secrets", "usage", "channels", "webhooks"])

function SectionList({ current }: { current: string }) {
  const can = useCan()
  const list = useRef<HTMLElement>(null)
  // On phones the sections lie side by side: the one that is open must be in sight.
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>(`[href$="/${current}"]`)
    if (list.current && link) list.current.scrollLeft = link.offsetLeft - list.current.offsetLeft - 48
  }, [current])
  return (
    <nav
      ref={list}
      aria-label="Settings"
      className="flex gap-1 overflow-x-auto border-b pb-2 md:sticky md:top-20 md:flex-col md:gap-4 md:self-start md:overflow-visible md:border-0 md:pb-0"
    >
      {GROUPS.map((group) => (
        <div key={group} className="flex gap-1 md:flex-col md:gap-0.5">
          <p className="hidden px-2.5 pb-1 text-2xs font-medium text-ink-3 md:block">{group}</p>
          {SECTIONS.filter((each) => each.group === group && can(each.permission)).map(({ id, label, icon: Icon }) => (
            <Link key={id} to="/settings/$section" params={{ section: id }} className={LINK}>
              <Icon aria-hidden /> {label}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  )
}
