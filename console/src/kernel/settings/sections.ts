import {
  Bell,
  Bookmark,
  Building2,
  ChartColumn,
  CircleUser,
  KeyRound,
  Megaphone,
  MonitorSmartphone,
  SlidersHorizontal,
  Users,
  Vault,
  Webhook,
} from "lucide-react"
import type { Permission } from "@/app/session"

export interface Section {
  id: string
  label: string
  icon: typeof Users
  group: "Organisation" | "You"
  permission: Permission
  /** What else one may type to find it. */
  terms: string
}

/** The parts of the settings, in the order of the list; what a role may not read is left out. */
export const SECTIONS = [
  {
    id: "organization",
    label: "Organisation",
    icon: Building2,
    group: "Organisation",
    permission: "organizations:organization:read",
    terms: "name time zone currency demo",
  },
  {
    id: "people",
    label: "People",
    icon: Users,
    group: "Organisation",
    permission: "access:user:read",
    terms: "users invite roles members",
  },
  {
    id: "keys",
    label: "API keys",
    icon: KeyRound,
    group: "Organisation",
    permission: "access:key:read",
    terms: "tokens secrets programs",
  },
  {
    id: "secrets",
    label: "Secrets",
    icon: Vault,
    group: "Organisation",
    permission: "kernel:secret:read",
    terms: "vault credentials tokens passwords rotate encryption",
  },
  {
    id: "usage",
    label: "Usage",
    icon: ChartColumn,
    group: "Organisation",
    permission: "kernel:usage:read",
    terms: "metering requests bytes billing calls",
  },
  {
    id: "channels",
    label: "Channels",
    icon: Megaphone,
    group: "Organisation",
    permission: "kernel:channel:read",
    terms: "notifications rules deliveries slack email telegram pagerduty quiet hours escalation on call",
  },
  {
    id: "webhooks",
    label: "Webhooks",
    icon: Webhook,
    group: "Organisation",
    permission: "kernel:webhook:read",
    terms: "endpoints events deliveries replay sources incoming hooks integrations",
  },
  {
    id: "configuration",
    label: "Configuration",
    icon: SlidersHorizontal,
    group: "Organisation",
    permission: "kernel:config:read",
    terms: "threshold retry concurrency autonomous mode",
  },
  {
    id: "profile",
    label: "Profile",
    icon: CircleUser,
    group: "You",
    permission: "access:self:read",
    terms: "name password theme time zone",
  },
  {
    id: "sessions",
    label: "Sessions",
    icon: MonitorSmartphone,
    group: "You",
    permission: "access:self:read",
    terms: "devices sign out",
  },
  {
    id: "notifications",
    label: "Notifications",
    icon: Bell,
    group: "You",
    permission: "access:self:read",
    terms: "alerts browser toast badge channels",
  },
  {
    id: "views",
    label: "Saved views",
    icon: Bookmark,
    group: "You",
    permission: "access:self:read",
    terms: "filters share",
  },
] as const satisfies Section[]

export type SectionId = (typeof SECTIONS)[number]["id"]
