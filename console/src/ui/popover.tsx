import type { ReactElement, ReactNode } from "react"
import { onDemand } from "./on-demand"

export interface PopoverProps {
  trigger: ReactElement
  /** What the panel is called for assistive technology. */
  label: string
  /** Classes of size and padding. */
  className: string
  children: (close: () => void) => ReactNode
}

/** A panel under a button. */
export const Popover = onDemand<PopoverProps>(() => import("./popover-panel"), "dialog")
