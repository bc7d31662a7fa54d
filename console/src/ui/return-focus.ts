/** Focus goes back to where it was when a dialog closes. The dialogs here have no trigger of their own, so Radix cannot know. */
import { useRef } from "react"

let last: HTMLElement | null = null

/** What had the focus: of a menu that is about to go its button, and of what is gone already what had it before. */
function focused(): HTMLElement | null {
  const active = document.activeElement
  if (!(active instanceof HTMLElement) || active === document.body) return last
  const menu = active.closest("[role=menu]")
  return menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : active
}

/** Give these to a dialog's content. */
export function useReturnFocus() {
  const from = useRef<HTMLElement | null>(null)
  return {
    onOpenAutoFocus: () => {
      from.current = focused()
      last = from.current
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      if (from.current?.isConnected) from.current.focus()
    },
  }
}
