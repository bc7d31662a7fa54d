import type { Schema } from "@/api/client"

export type Role = Schema["Role"]

/** The roles from the highest to the lowest, each in one line. */
export const ROLES: { value: Role; label: string; may: string }[] = [
  { value: "owner", label: "Owner", may: "Everything, the organisation's own settings included." },
  {
    value: "organization_admin",
    label: "Administrator",
    may: "Everything but the organisation's own settings: people, keys, configuration, policies, approvals up to a manager's.",
  },
  {
    value: "manager",
    label: "Manager",
    may: "Publishes policies, controls components and the switch, answers approvals up to a manager's; changes no people.",
  },
  { value: "operator", label: "Operator", may: "Answers an operator's approvals, works on applications and alerts." },
  { value: "client", label: "Client", may: "Submits applications and sees products; nothing else." },
  { value: "read_only", label: "Read only", may: "Sees decisions, policies, alerts and tasks; changes nothing." },
]

export const roleLabel = (role: Role) => ROLES.find((each) => each.value === role)?.label ?? role

const rank = (role: Role) => {
  const at = ROLES.findIndex((each) => each.value === role)
  return at < 0 ? ROLES.length : at
}

/** Nobody gives or touches a role above their own. */
export const within = (own: Role, role: Role) => rank(own) <= rank(role)
