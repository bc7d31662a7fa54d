import type { ReactElement, ReactNode } from "react"
import { onDemand } from "./on-demand"

export interface MenuItem {
  label: ReactNode
  icon?: ReactNode
  run: () => void
  danger?: boolean
  disabled?: boolean
}

export interface MenuProps {
  trigger: ReactElement
  /** `null` is a line between groups. */
  items: (MenuItem | null)[]
  label?: string
}

/** A menu under a button. */
export const Menu = onDemand<MenuProps>(() => import("./menu-list"), "menu")
