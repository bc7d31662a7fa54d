import { DropdownMenu } from "radix-ui"
import type { ReactNode } from "react"
import { cn } from "./cn"

export interface MenuItem {
  label: ReactNode
  icon?: ReactNode
  run: () => void
  danger?: boolean
  disabled?: boolean
}

/** A menu under a button. `null` is a line between groups. */
export function Menu({ trigger, items, label }: { trigger: ReactNode; items: (MenuItem | null)[]; label?: string }) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          aria-label={label}
          align="end"
          sideOffset={4}
          className="card z-50 min-w-44 bg-raised p-1 shadow-lg animate-in fade-in-0 zoom-in-95"
        >
          {items.map((item, index) =>
            item === null ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the items stand in a fixed order
              <DropdownMenu.Separator key={index} className="my-1 h-px bg-line" />
            ) : (
              <DropdownMenu.Item
                // biome-ignore lint/suspicious/noArrayIndexKey: the items stand in a fixed order
                key={index}
                disabled={item.disabled}
                onSelect={item.run}
                className={cn(
                  "flex h-8 cursor-pointer items-center gap-2 rounded-control px-2 text-[13px] outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-accent-soft [&_svg]:size-4",
                  item.danger && "text-decline",
                )}
              >
                {item.icon}
                {item.label}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
