import { useQuery, useQueryClient } from "@tanstack/react-query"
import { Link, useNavigate } from "@tanstack/react-router"
import { CircleUser, Ellipsis, Keyboard, LogOut, Moon, Search, Sun, WifiOff } from "lucide-react"
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react"
import { connect, useLive } from "@/api/live"
import { Kbd, Tip } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { actor } from "@/ui/format"
import { useKeys } from "@/ui/keys"
import { Menu } from "@/ui/menu"
import { setTheme, useDark } from "@/ui/theme"
import { Toasts } from "@/ui/toast"
import { Banners } from "./banners"
import { PHONE_PLACES, PLACES, type Place } from "./nav"
import { OrganizationMenu } from "./organization-menu"
import { meQuery, useCan, useMe, useStatus } from "./session"
import { signOut } from "./sign-out"
import { Switch } from "./switch"

const CommandMenu = lazy(() => import("./command-menu"))
const CheatSheet = lazy(() => import("./cheat-sheet"))
const Notifier = lazy(() => import("./notifier"))

/** The frame around every page: where one is, what waits, whether the link is live, and the one switch. */
export function Shell({ children }: { children: ReactNode }) {
  const navigate = useNavigate()
  const client = useQueryClient()
  const can = useCan()
  const [open, setOpen] = useState<"commands" | "keys" | null>(null)
  useEffect(() => connect(client), [client])
  const { isError: unknown } = useQuery(meQuery)
  // Without an answer about rights (no connection) every place is shown; each then says for itself what is wrong.
  const places = unknown ? PLACES : PLACES.filter((place) => can(place.permission))
  useKeys({
    "mod+k": () => setOpen((now) => (now === "commands" ? null : "commands")),
    "/": () => setOpen("commands"),
    "?": () => setOpen("keys"),
    ...Object.fromEntries(places.map((place) => [`g ${place.key}`, () => void navigate({ to: place.to })])),
  })
  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="sr-only z-50 rounded bg-accent px-3 py-2 text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <Sidebar places={places} />
      <div className="flex min-w-0 flex-1 flex-col">
        <Topbar onSearch={() => setOpen("commands")} onKeys={() => setOpen("keys")} />
        <Banners />
        <main id="main" tabIndex={-1} className="flex-1 outline-none">
          {children}
        </main>
      </div>
      <PhoneBar places={places} />
      {open && (
        <Suspense>
          {open === "commands" ? (
            <CommandMenu places={places} onClose={() => setOpen(null)} onKeys={() => setOpen("keys")} />
          ) : (
            <CheatSheet places={places} onClose={() => setOpen(null)} />
          )}
        </Suspense>
      )}
      <Toasts />
      <Suspense>
        <Notifier />
      </Suspense>
    </div>
  )
}

const GROUPS = ["Work", "Lending", "Analytics", "Rules", "Record"] as const
const LINK =
  "group flex h-8 items-center [@media(max-height:60rem)]:h-7 gap-2.5 rounded-control px-2.5 text-[13px] font-medium text-ink-2 hover:bg-sunken hover:text-ink dark:hover:bg-raised aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent [&_svg]:size-4"

function Sidebar({ places }: { places: Place[] }) {
  const waiting = useWaiting()
  return (
    <aside className="sticky top-0 hidden h-dvh w-56 shrink-0 flex-col border-r bg-surface md:flex">
      <div className="px-2.5 pt-3 pb-2">
        <OrganizationMenu />
      </div>
      <nav aria-label="Main" className="flex flex-1 flex-col gap-4 overflow-y-auto px-2.5 pt-1">
        {GROUPS.map((group) => (
          <div key={group} className="flex flex-col gap-0.5">
            {places
              .filter((place) => place.group === group)
              .map(({ to, label, icon: Icon, key }) => (
                <Link key={to} to={to} className={LINK}>
                  <Icon aria-hidden /> {label}
                  {waiting[to] ? (
                    <Count value={waiting[to]} />
                  ) : (
                    <span aria-hidden className="ml-auto hidden gap-0.5 group-hover:flex">
                      <Kbd>g</Kbd>
                      <Kbd>{key}</Kbd>
                    </span>
                  )}
                </Link>
              ))}
          </div>
        ))}
      </nav>
      <div className="border-t p-3">
        <LinkState />
      </div>
    </aside>
  )
}

/** What waits for a person, by place. */
function useWaiting(): Record<string, number> {
  const status = useStatus()
  return { "/approvals": status?.approvals_open ?? 0, "/alerts": status?.alerts_open ?? 0 }
}

const Count = ({ value, className }: { value: number; className?: string }) => (
  <span className={cn("num ml-auto rounded-full bg-review-soft px-1.5 text-2xs font-semibold text-review", className)}>
    {value > 999 ? "999+" : value}
    <span className="sr-only"> waiting</span>
  </span>
)

/** Whether what is shown is live; it says so itself when it is not. */
function LinkState() {
  const link = useLive((state) => state.link)
  const words = { live: "Live", connecting: "Connecting", lost: "Reconnecting" }[link]
  return (
    <span role="status" className="inline-flex items-center gap-1.5 text-xs text-ink-3">
      {link === "lost" ? (
        <WifiOff aria-hidden className="size-3.5 text-review" />
      ) : (
        <span aria-hidden className={cn("size-2 rounded-full", link === "live" ? "bg-accent" : "bg-review-fill")} />
      )}
      {words}
    </span>
  )
}

function Topbar({ onSearch, onKeys }: { onSearch: () => void; onKeys: () => void }) {
  const me = useMe()
  const dark = useDark()
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b bg-bg/85 px-4 backdrop-blur md:px-6">
      <button
        type="button"
        onClick={onSearch}
        className="flex h-8 max-w-sm min-w-0 flex-1 items-center gap-2 rounded-control border bg-surface px-2.5 text-[13px] text-ink-3 shadow-card hover:border-line-strong"
      >
        <Search aria-hidden className="size-4 shrink-0" /> <span className="truncate">Search or jump to…</span>
        <Kbd className="ml-auto hidden sm:inline-flex">⌘K</Kbd>
      </button>
      <div className="ml-auto flex items-center gap-1.5">
        <span className="md:hidden">
          <LinkState />
        </span>
        <Tip label={dark ? "Light theme" : "Dark theme"}>
          <Button
            variant="ghost"
            size="icon"
            className="hidden sm:inline-flex"
            aria-label={dark ? "Use light theme" : "Use dark theme"}
            onClick={() => setTheme(dark ? "light" : "dark")}
          >
            {dark ? <Sun /> : <Moon />}
          </Button>
        </Tip>
        <Menu
          label="Account"
          trigger={
            <Button variant="ghost" size="icon" aria-label="Account">
              <CircleUser />
            </Button>
          }
          items={[
            {
              label: <span className="max-w-56 truncate">{me ? actor(me.label) : ""}</span>,
              run: () => undefined,
              disabled: true,
            },
            null,
            { label: "Keyboard", icon: <Keyboard />, run: onKeys },
            {
              label: dark ? "Light theme" : "Dark theme",
              icon: dark ? <Sun /> : <Moon />,
              run: () => setTheme(dark ? "light" : "dark"),
            },
            null,
            { label: "Sign out", icon: <LogOut />, run: () => void signOut() },
          ]}
        />
        <Switch />
      </div>
    </header>
  )
}

function PhoneBar({ places }: { places: Place[] }) {
  const waiting = useWaiting()
  const navigate = useNavigate()
  const bottom = PHONE_PLACES.filter((place) => places.includes(place))
  const rest = places.filter((place) => !bottom.includes(place))
  const item =
    "relative flex min-h-14 flex-col items-center justify-center gap-0.5 text-2xs font-medium text-ink-3 aria-[current=page]:text-accent [&_svg]:size-5"
  return (
    <nav
      aria-label="Main, phone"
      className="fixed inset-x-0 bottom-0 z-30 grid grid-cols-5 border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {bottom.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} className={item}>
          <Icon aria-hidden /> {label}
          {waiting[to] ? <Count value={waiting[to]} className="absolute top-1 left-1/2 ml-1.5" /> : null}
        </Link>
      ))}
      <Menu
        label="More pages"
        trigger={
          <button type="button" className={item}>
            <Ellipsis aria-hidden /> More
            {waiting["/alerts"] ? (
              <Count value={waiting["/alerts"]} className="absolute top-1 left-1/2 ml-1.5" />
            ) : null}
          </button>
        }
        items={rest.map(({ to, label, icon: Icon }) => ({ label, icon: <Icon />, run: () => void navigate({ to }) }))}
      />
    </nav>
  )
}
