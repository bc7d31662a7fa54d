import { ChevronsUpDown } from "lucide-react"
import type { ComboboxPanelProps } from "./combobox-panel"
import { onDemand } from "./on-demand"

export interface Option {
  value: string
  label: string
  /** Said beside it, and searched too. */
  note?: string
}

const Panel = onDemand<ComboboxPanelProps>(() => import("./combobox-panel"), "dialog")

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
  const chosen = options.find((option) => option.value === value)
  const trigger = (
    <button
      type="button"
      id={id}
      // biome-ignore lint/a11y/useAriaPropsForRole: whether it is open is said by what opens it.
      role="combobox"
      disabled={disabled}
      className="flex h-8 w-full items-center gap-2 rounded-control border bg-surface px-2.5 text-left text-[13px] shadow-card hover:border-line-strong aria-invalid:border-decline-fill disabled:opacity-60"
      {...described}
    >
      <span className="truncate">{chosen?.label ?? value}</span>
      {chosen?.note && <span className="truncate text-ink-3">{chosen.note}</span>}
      <ChevronsUpDown aria-hidden className="ml-auto size-3.5 shrink-0 text-ink-3" />
    </button>
  )
  return <Panel trigger={trigger} value={value} options={options} onChange={onChange} placeholder={placeholder} />
}
