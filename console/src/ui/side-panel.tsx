import { X } from "lucide-react"
import { type ReactNode, useSyncExternalStore } from "react"
import { Kbd } from "./basics"
import { Button } from "./button"
import { Peek } from "./dialog"
import { useKeys } from "./keys"
import { Scroll } from "./scroll"

const wide = matchMedia("(min-width: 1150px)")
const subscribe = (listener: () => void) => {
  wide.addEventListener("change", listener)
  return () => wide.removeEventListener("change", listener)
}

/** Whether there is room for a panel beside a list. */
export const useRoom = () => useSyncExternalStore(subscribe, () => wide.matches)

/** A look at one item of a list without leaving it: beside it where there is room, else over it. */
export function SidePanel({
  title,
  opens = true,
  onClose,
  children,
}: {
  title: string
  /** Whether the item has a page of its own, which Enter opens. */
  opens?: boolean
  onClose: () => void
  children: ReactNode
}) {
  const room = useRoom()
  useKeys({ Escape: onClose }, room)
  if (!room)
    return (
      <Peek open onClose={onClose} title={title}>
        {children}
      </Peek>
    )
  return (
    <aside
      aria-label={`Selected ${title.toLowerCase()}`}
      className="card sticky top-16 flex max-h-[calc(100dvh-5rem)] w-[26rem] shrink-0 flex-col overflow-hidden"
    >
      <div className="flex items-center justify-between gap-2 border-b py-1.5 pr-2 pl-4">
        <span className="text-xs text-ink-3">
          <Kbd>j</Kbd> <Kbd>k</Kbd> move ·{" "}
          {opens && (
            <>
              <Kbd>Enter</Kbd> opens ·{" "}
            </>
          )}
          <Kbd>Esc</Kbd> closes
        </span>
        <Button size="icon" variant="ghost" aria-label="Close" onClick={onClose}>
          <X />
        </Button>
      </div>
      <Scroll label={title} className="flex-1 overflow-y-auto p-4">
        {children}
      </Scroll>
    </aside>
  )
}
