import { Tabs as RadixTabs } from "radix-ui"
import type { ReactNode } from "react"

/** Tabs whose choice the caller keeps (in the URL). */
export function Tabs<T extends string>({
  value,
  onChange,
  label,
  tabs,
}: {
  value: T
  onChange: (value: T) => void
  label: string
  tabs: { value: T; label: ReactNode; content: () => ReactNode }[]
}) {
  return (
    <RadixTabs.Root value={value} onValueChange={(next) => onChange(next as T)}>
      <RadixTabs.List aria-label={label} className="mb-3 flex gap-1 overflow-x-auto border-b">
        {tabs.map((tab) => (
          <RadixTabs.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px h-9 border-b-2 border-transparent px-3 text-[13px] font-medium whitespace-nowrap text-ink-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-accent"
          >
            {tab.label}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map((tab) => (
        <RadixTabs.Content key={tab.value} value={tab.value}>
          {tab.value === value && tab.content()}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  )
}
