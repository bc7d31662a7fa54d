import { ChevronDown } from "lucide-react"
import { type ComponentProps, type ReactNode, useId } from "react"
import { cn } from "./cn"

const CONTROL =
  "w-full rounded-control border bg-surface px-2.5 text-[13px] shadow-card placeholder:text-ink-3 hover:border-line-strong aria-invalid:border-decline-fill disabled:opacity-60"

export const Input = ({ className, ...rest }: ComponentProps<"input">) => (
  <input className={cn(CONTROL, "h-8", className)} {...rest} />
)

export const Textarea = ({ className, ...rest }: ComponentProps<"textarea">) => (
  <textarea className={cn(CONTROL, "py-1.5 leading-5", className)} {...rest} />
)

/** The browser's own select, which phones and screen readers know best. */
export function Select({ className, children, ...rest }: ComponentProps<"select">) {
  return (
    <span className={cn("relative inline-flex w-full", className)}>
      <select className={cn(CONTROL, "h-8 appearance-none pr-7")} {...rest}>
        {children}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-2 right-2 size-4 text-ink-3" />
    </span>
  )
}

export function Checkbox({ label, className, ...rest }: Omit<ComponentProps<"input">, "type"> & { label: ReactNode }) {
  return (
    <label className={cn("inline-flex items-center gap-2 text-[13px]", className)}>
      <input type="checkbox" className="size-4 accent-accent" {...rest} />
      {label}
    </label>
  )
}

/** A control with its label, hint and error, tied together for assistive technology. */
export function Field({
  label,
  hint,
  error,
  children,
  className,
}: {
  label: string
  hint?: ReactNode
  error?: string | null
  children: (control: { id: string; "aria-invalid"?: true; "aria-describedby"?: string }) => ReactNode
  className?: string
}) {
  const id = useId()
  const described = error || hint ? `${id}-note` : undefined
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-ink-2">
        {label}
      </label>
      {children({ id, "aria-invalid": error ? true : undefined, "aria-describedby": described })}
      {(error || hint) && (
        <p
          id={described}
          role={error ? "alert" : undefined}
          className={cn("mt-1 text-xs", error ? "text-decline" : "text-ink-3")}
        >
          {error ?? hint}
        </p>
      )}
    </div>
  )
}
