import { Popover } from "radix-ui"
import { useState } from "react"
import { cn } from "./cn"
import type { PopoverProps } from "./popover"

export default function PopoverPanel({ trigger, label, className, children }: PopoverProps) {
  const [open, setOpen] = useState(true)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          className={cn("card z-50 bg-raised shadow-lg animate-in fade-in-0 zoom-in-95", className)}
        >
          {children(() => setOpen(false))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
