import type { ReactNode } from "react"
import { cn } from "./cn"

/** A named region that scrolls, and can be scrolled by keyboard; what is hidden in it cannot widen the page. */
export const Scroll = ({ label, className, children }: { label: string; className?: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: without a tab stop the keyboard could not scroll it
  <section aria-label={label} tabIndex={0} className={cn("relative", className)}>
    {children}
  </section>
)
