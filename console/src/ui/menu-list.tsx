import { DropdownMenu } from "radix-ui"
import { cn } from "./cn"

import type { MenuProps } from "./menu"

/** The menu itself, open from the start since somebody asked for it. */
export default function MenuList({ trigger, items, label }: MenuProps) {
  return (
    <DropdownMenu.Root defaultOpen>
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
