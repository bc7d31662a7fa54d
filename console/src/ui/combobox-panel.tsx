import { Command } from "cmdk"
import { Check } from "lucide-react"
import type { ReactElement } from "react"
import { cn } from "./cn"
import type { Option } from "./combobox"
import PopoverPanel from "./popover-panel"

export interface ComboboxPanelProps {
  trigger: ReactElement
  value: string
  options: Option[]
  onChange: (value: string) => void
  placeholder: string
}

export default function ComboboxPanel({ trigger, value, options, onChange, placeholder }: ComboboxPanelProps) {
  return (
    <PopoverPanel
      trigger={trigger}
      label={placeholder}
      className="w-[max(var(--radix-popover-trigger-width),16rem)] overflow-hidden shadow-lg"
    >
      {(close) => (
        <Command label={placeholder} defaultValue={value}>
          <Command.Input
            placeholder={placeholder}
            className="h-9 w-full border-b bg-transparent px-3 text-[13px] outline-none placeholder:text-ink-3"
          />
          <Command.List label={placeholder} className="max-h-64 overflow-y-auto p-1">
            <Command.Empty className="py-6 text-center text-xs text-ink-3">Nothing found.</Command.Empty>
            {options.map((option) => (
              <Command.Item
                key={option.value}
                value={option.value}
                keywords={[option.label, option.note ?? ""]}
                onSelect={() => {
                  onChange(option.value)
                  close()
                }}
                className="flex h-8 cursor-pointer items-center gap-2 rounded-control px-2 text-[13px] data-[selected=true]:bg-accent-soft"
              >
                <Check
                  aria-hidden
                  className={cn("size-4 shrink-0 text-accent", option.value !== value && "invisible")}
                />
                <span className="truncate">{option.label}</span>
                {option.note && <span className="ml-auto shrink-0 text-xs text-ink-3">{option.note}</span>}
              </Command.Item>
            ))}
          </Command.List>
        </Command>
      )}
    </PopoverPanel>
  )
}
