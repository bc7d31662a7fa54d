import {
  Activity,
  BadgeCheck,
  Banknote,
  Bell,
  BookOpen,
  BrainCircuit,
  ChartArea,
  ChartSpline,
  ClipboardCheck,
  FileText,
  Gauge,
  HeartPulse,
  Inbox,
  ListChecks,
  ListFilter,
  ListFilterPlus,
  Mail,
  Package,
  PhoneCall,
  Scale,
  Settings,
  ShieldCheck,
  SlidersHorizontal,
  Table2,
  TrendingUp,
  UserRoundSearch,
} from "lucide-react"
import type { Permission } from "./session"

export interface Place {
  to: string
  label: string
  icon: typeof Gauge
  /** The second key of `g x`. */
  key: string
  permission: Permission
  group: "Work" | "Lending" | "Analytics" | "Rules" | "Record"
}

/** Where one can go, in the order of the sidebar; what a role may not read is left out. */
export const PLACES: Place[] = [
  {
    to: "/admin/autonomous-business",
    label: "Overview",
    icon: Gauge,
    key: "o",
    permission: "kernel:switch:read",
    group: "Work",
  },
  { to: "/approvals", label: "Approvals", icon: Inbox, key: "a", permission: "kernel:approval:read", group: "Work" },
  {
    to: "/decisions",
    label: "Decisions",
    icon: ListFilter,
    key: "d",
    permission: "kernel:decision:read",
    group: "Work",
  },
  { to: "/alerts", label: "Alerts", icon: Bell, key: "e", permission: "kernel:alert:read", group: "Work" },
  { to: "/tasks", label: "Tasks", icon: ListChecks, key: "t", permission: "kernel:task:read", group: "Work" },
  {
    to: "/applications",
    label: "Applications",
    icon: FileText,
    key: "l",
    permission: "lending:application:read",
    group: "Lending",
  },
  { to: "/loans", label: "Loans", icon: Banknote, key: "n", permission: "lending:loan:read", group: "Lending" },
  {
    to: "/collections",
    label: "Collections",
    icon: PhoneCall,
    key: "c",
    permission: "lending:loan:read",
    group: "Lending",
  },
  {
    to: "/portfolio",
    label: "Portfolio",
    icon: ChartArea,
    key: "f",
    permission: "lending:loan:read",
    group: "Lending",
  },
  { to: "/letters", label: "Letters", icon: Mail, key: "m", permission: "lending:loan:read", group: "Lending" },
  { to: "/ledger", label: "Ledger", icon: BookOpen, key: "j", permission: "lending:ledger:read", group: "Lending" },
  {
    to: "/analytics",
    label: "Insight",
    icon: ChartSpline,
    key: "i",
    permission: "ai_analytics:read",
    group: "Analytics",
  },
  { to: "/models", label: "Models", icon: BrainCircuit, key: "k", permission: "ai_analytics:read", group: "Analytics" },
  {
    to: "/forecasts",
    label: "Forecasts",
    icon: TrendingUp,
    key: "h",
    permission: "ai_analytics:read",
    group: "Analytics",
  },
  {
    to: "/anomalies",
    label: "Anomalies",
    icon: Activity,
    key: "x",
    permission: "ai_analytics:read",
    group: "Analytics",
  },
  { to: "/datasets", label: "Datasets", icon: Table2, key: "w", permission: "ai_analytics:read", group: "Analytics" },
  { to: "/policy", label: "Policy", icon: Scale, key: "p", permission: "kernel:policy:read", group: "Rules" },
  {
    to: "/lists",
    label: "Lists",
    icon: ListFilterPlus,
    key: "v",
    permission: "kernel:list:read",
    group: "Rules",
  },
  {
    to: "/autonomy",
    label: "Autonomy",
    icon: SlidersHorizontal,
    key: "y",
    permission: "kernel:component:read",
    group: "Rules",
  },
  { to: "/products", label: "Products", icon: Package, key: "r", permission: "lending:product:read", group: "Rules" },
  { to: "/replays", label: "Replays", icon: BadgeCheck, key: "b", permission: "kernel:decision:read", group: "Record" },
  { to: "/audit", label: "Audit", icon: ShieldCheck, key: "u", permission: "kernel:audit:read", group: "Record" },
  {
    to: "/privacy",
    label: "People’s data",
    icon: UserRoundSearch,
    key: "z",
    permission: "kernel:person:read",
    group: "Record",
  },
  {
    to: "/evidence",
    label: "Controls",
    icon: ClipboardCheck,
    key: "g",
    permission: "kernel:evidence:read",
    group: "Record",
  },
  {
    to: "/system",
    label: "System",
    icon: HeartPulse,
    key: "q",
    permission: "kernel:system:read",
    group: "Record",
  },
  { to: "/settings", label: "Settings", icon: Settings, key: "s", permission: "access:self:read", group: "Record" },
]

/** The bar at the bottom of a phone; the rest is under "More". */
export const PHONE_PLACES = PLACES.filter(({ to }) =>
  ["/admin/autonomous-business", "/approvals", "/decisions", "/applications"].includes(to),
)
