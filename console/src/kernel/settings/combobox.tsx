import { Command } from "cmdk"
import { Check, ChevronsUpDown } from "lucide-react"
import { Popover } from "radix-ui"
import { useId, useState } from "react"
import { cn } from "@/ui/cn"

export interface Option {
  value: string
  label: string
  /** Said beside it, and searched too. */
  note?: string
}

/** One of many, found by typing. Takes what `Field` gives its control. */
export function Combobox({
  id,
  value,
  options,
  onChange,
  placeholder,
  disabled,
  ...described
}: {
  id: string
  value: string
  options: Option[]
  onChange: (value: string) => void
  placeholder: string
  disabled?: boolean
  "aria-invalid"?: true
  "aria-describedby"?: string
}) {
  const [open, setOpen] = useState(false)
  const list = useId()
  const chosen = options.find((option) => option.value === value)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          id={id}
          role="combobox"
          aria-expanded={open}
          aria-controls={open ? list : undefined}
          aria-haspopup="dialog"
          disabled={disabled}
          className="flex h-8 w-full items-center gap-2 rounded-control border bg-surface px-2.5 text-left text-[13px] shadow-card hover:border-line-strong aria-invalid:border-decline-fill disabled:opacity-60"
          {...described}
        >
          <span className="truncate">{chosen?.label ?? value}</span>
          {chosen?.note && <span className="truncate text-ink-3">{chosen.note}</span>}
          <ChevronsUpDown aria-hidden className="ml-auto size-3.5 shrink-0 text-ink-3" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          id={list}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label={placeholder}
          className="card z-50 w-[max(var(--radix-popover-trigger-width),16rem)] overflow-hidden bg-raised shadow-lg animate-in fade-in-0 zoom-in-95"
        >
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
                    setOpen(false)
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
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
