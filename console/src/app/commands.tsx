import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import {
  ArrowLeftRight,
  Download,
  FilePlus2,
  Hand,
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Octagon,
  Pause,
  Play,
  Sun,
  Undo2,
} from "lucide-react"
import type { ReactNode } from "react"
import { api } from "@/api/client"
import { SECTIONS } from "@/kernel/settings/sections"
import { download } from "@/ui/download"
import { words } from "@/ui/format"
import { setTheme } from "@/ui/theme"
import { toast, toastError } from "@/ui/toast"
import type { CommandDialog } from "./command-dialogs"
import { goTo } from "./organization-menu"
import { meQuery, useCan, useStatus } from "./session"
import { signOut } from "./sign-out"

export interface Command {
  id: string
  label: string
  /** What else one may type to find it. */
  terms: string
  icon: ReactNode
  run: () => void
  /** It opens a dialog in the place of the menu. */
  opens?: true
}

interface Groups {
  actions: Command[]
  settings: Command[]
  console: Command[]
}

/** What one may do from the command menu, by one's rights and by how things stand. */
export function useCommands(open: (dialog: CommandDialog) => void, onKeys: () => void): Groups {
  const status = useStatus()
  const me = useQuery(meQuery).data
  const can = useCan()
  const navigate = useNavigate()
  const actions: (Command | false)[] = []
  const state = status?.switch.state
  if (state && can("kernel:switch:use"))
    actions.push(
      state === "running" && {
        id: "stop",
        label: "Stop the business…",
        terms: "pause switch",
        icon: <Pause aria-hidden />,
        opens: true,
        run: () => open({ kind: "switch", act: "stop" }),
      },
      state !== "running" && {
        id: "start",
        label: "Start the business…",
        terms: "resume switch run",
        icon: <Play aria-hidden />,
        opens: true,
        run: () => open({ kind: "switch", act: "start" }),
      },
      state !== "halted" && {
        id: "halt",
        label: "Emergency stop…",
        terms: "halt kill switch",
        icon: <Octagon aria-hidden />,
        opens: true,
        run: () => open({ kind: "switch", act: "halt" }),
      },
    )
  actions.push(
    can("lending:application:create") && {
      id: "new-application",
      label: "New application…",
      terms: "create submit decide loan",
      icon: <FilePlus2 aria-hidden />,
      opens: true,
      run: () => open({ kind: "application" }),
    },
  )
  if (can("kernel:component:control"))
    for (const { name, controlled_by } of status?.components ?? [])
      actions.push(
        controlled_by
          ? {
              id: `hand-back ${name}`,
              label: `Hand ${words(name)} back…`,
              terms: "control component autonomy release",
              icon: <Undo2 aria-hidden />,
              opens: true,
              run: () => open({ kind: "control", component: name, act: "hand-back" }),
            }
          : {
              id: `take-control ${name}`,
              label: `Take control of ${words(name)}…`,
              terms: "control component autonomy override",
              icon: <Hand aria-hidden />,
              opens: true,
              run: () => open({ kind: "control", component: name, act: "take" }),
            },
      )
  actions.push(
    can("kernel:decision:read") && {
      id: "export-decisions",
      label: "Export decisions as CSV",
      terms: "download table spreadsheet",
      icon: <Download aria-hidden />,
      run: () => void exportDecisions(),
    },
    can("kernel:audit:export") && {
      id: "export-audit",
      label: "Export or verify the audit record",
      terms: "download log checkpoints proof",
      icon: <Download aria-hidden />,
      run: () => void navigate({ to: "/audit" }),
    },
  )
  const others = me?.places.filter((place) => place.organization !== me.organization.slug) ?? []
  const settings = SECTIONS.filter((section) => can(section.permission)).map(
    ({ id, label, terms, icon: Icon }): Command => ({
      id: `settings-${id}`,
      label,
      terms: `settings ${terms}`,
      icon: <Icon aria-hidden />,
      run: () => void navigate({ to: "/settings/$section", params: { section: id } }),
    }),
  )
  const theme = (value: "light" | "dark" | "system", label: string, icon: ReactNode): Command => ({
    id: `theme-${value}`,
    label,
    terms: "theme appearance colours mode",
    icon,
    run: () => setTheme(value),
  })
  return {
    actions: actions.filter((action) => action !== false),
    settings,
    console: [
      ...others.map(
        (place): Command => ({
          id: `organization-${place.organization}`,
          label: `Switch to ${place.name}`,
          terms: `organisation organization ${place.organization}`,
          icon: <ArrowLeftRight aria-hidden />,
          run: () => goTo(place.organization),
        }),
      ),
      theme("light", "Light theme", <Sun aria-hidden />),
      theme("dark", "Dark theme", <Moon aria-hidden />),
      theme("system", "Theme as the system", <Monitor aria-hidden />),
      {
        id: "keys",
        label: "Keyboard shortcuts",
        terms: "help cheat sheet",
        icon: <Keyboard aria-hidden />,
        opens: true,
        run: onKeys,
      },
      {
        id: "sign-out",
        label: "Sign out",
        terms: "log out leave end session",
        icon: <LogOut aria-hidden />,
        run: () => void signOut(),
      },
    ],
  }
}

async function exportDecisions(): Promise<void> {
  const done = toast("Exporting the decisions…", { milliseconds: 60_000 })
  try {
    const { data, response } = await api.GET("/api/v1/decisions/export.csv", { parseAs: "blob" })
    const name = response.headers.get("Content-Disposition")?.match(/filename="([^"]+)"/)?.[1]
    download(name ?? "decisions.csv", data as Blob, "text/csv")
    toast("Decisions exported", { detail: "The export is on the record." })
  } catch (error) {
    toastError(error, "The export failed")
  } finally {
    done()
  }
}
