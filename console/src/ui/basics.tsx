import { Check, Copy as CopyIcon } from "lucide-react"
import { Slot } from "radix-ui"
import { type ComponentProps, type ReactNode, useState } from "react"
import { Button } from "./button"
import { cn } from "./cn"

export const Kbd = ({ className, ...rest }: ComponentProps<"kbd">) => (
  <kbd
    className={cn(
      "inline-flex h-[18px] min-w-[18px] items-center justify-center rounded border bg-sunken px-1 font-sans text-2xs text-ink-2",
      className,
    )}
    {...rest}
  />
)

export const Skeleton = ({ className }: { className?: string }) => (
  <div aria-hidden className={cn("animate-pulse rounded bg-sunken dark:bg-raised", className)} />
)

/** Words that explain its child when one points at it. What matters must stand on the page as well. */
export const Tip = ({ label, children }: { label: string; children: ReactNode }) => (
  <Slot.Root title={label}>{children}</Slot.Root>
)

/** A titled surface. `level` keeps the order of headings whole. */
export function Card({
  title,
  actions,
  children,
  className,
  level: Heading = "h2",
}: {
  title?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
  level?: "h2" | "h3"
}) {
  return (
    <section className={cn("card p-4", className)}>
      {(title || actions) && (
        <div className="mb-3 flex min-h-7 flex-wrap items-center justify-between gap-2">
          {title && <Heading className="text-[13px] font-semibold">{title}</Heading>}
          {actions && <div className="ml-auto flex items-center gap-1.5">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  )
}

/** A term and its value, in pairs: the facts of a record. */
export function Facts({ items, className }: { items: [ReactNode, ReactNode][]; className?: string }) {
  return (
    <dl className={cn("grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] gap-x-6 gap-y-3 text-[13px]", className)}>
      {items.map(([term, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts stand in a fixed order
        <div key={index} className="min-w-0">
          <dt className="text-xs text-ink-3">{term}</dt>
          <dd className="mt-0.5 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const TONES = {
  neutral: "bg-abstain-soft text-abstain",
  accent: "bg-accent-soft text-accent",
  info: "bg-info-soft text-info",
  warn: "bg-review-soft text-review",
  good: "bg-approve-soft text-approve",
  bad: "bg-decline-soft text-decline",
}
export type Tone = keyof typeof TONES

/** A word on a coloured ground; `good` and `bad` are for verdicts and failures alone, with an icon. */
export function Badge({
  tone = "neutral",
  icon,
  children,
  className,
}: {
  tone?: Tone
  icon?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <span
      className={cn(
        "inline-flex h-[22px] items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap [&_svg]:-ml-0.5 [&_svg]:size-3.5",
        TONES[tone],
        className,
      )}
    >
      {icon}
      {children}
    </span>
  )
}

const NOTICE_TONES = {
  info: "bg-info-soft text-info",
  warn: "bg-review-soft text-review",
  bad: "bg-decline-soft text-decline",
}

/** A sentence that stands out, in the page. */
export function Notice({
  tone = "info",
  icon,
  children,
  className,
}: {
  tone?: keyof typeof NOTICE_TONES
  icon?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <div
      className={cn(
        "flex items-start gap-2 rounded-control px-3 py-2 text-[13px] [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0",
        NOTICE_TONES[tone],
        className,
      )}
    >
      {icon}
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  )
}

/** Text with a button that copies it: ids, hashes, keys. */
export function Copy({ text, label = "Copy", children }: { text: string; label?: string; children?: ReactNode }) {
  const [copied, setCopied] = useState(false)
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-1">
      <span className="mono truncate">{children ?? text}</span>
      <Button
        variant="ghost"
        size="icon"
        className="size-6 [&_svg]:size-3.5"
        aria-label={copied ? "Copied" : label}
        onClick={async () => {
          await navigator.clipboard.writeText(text)
          setCopied(true)
          setTimeout(() => setCopied(false), 1_500)
        }}
      >
        {copied ? <Check /> : <CopyIcon />}
      </Button>
    </span>
  )
}
