import { cva, type VariantProps } from "class-variance-authority"
import { LoaderCircle } from "lucide-react"
import { Slot } from "radix-ui"
import type { ComponentProps } from "react"
import { cn } from "./cn"

const styles = cva(
  "inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded-control font-medium transition-[background-color,box-shadow,transform] duration-100 select-none active:translate-y-px disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        solid: "bg-accent text-accent-ink shadow-card hover:bg-accent/90",
        outline: "border bg-surface hover:bg-sunken shadow-card",
        ghost: "text-ink-2 hover:bg-sunken hover:text-ink",
        approve: "border border-approve-fill/40 bg-approve-soft text-approve hover:bg-approve-fill/25",
        decline: "border border-decline-fill/40 bg-decline-soft text-decline hover:bg-decline-fill/25",
      },
      size: {
        sm: "h-7 px-2 text-xs",
        md: "h-8 px-3 text-[13px]",
        icon: "size-8",
        lg: "h-10 px-4",
      },
    },
    defaultVariants: { variant: "outline", size: "md" },
  },
)

type Props = ComponentProps<"button"> & VariantProps<typeof styles> & { asChild?: boolean; busy?: boolean }

/** A button; with `asChild` its child (a link) looks like one. While `busy` it turns and takes no second press. */
export function Button({ className, variant, size, asChild, busy, disabled, children, ...rest }: Props) {
  const classes = cn(styles({ variant, size }), className)
  if (asChild)
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    )
  return (
    <button type="button" className={classes} disabled={disabled || busy} aria-busy={busy || undefined} {...rest}>
      {busy && <LoaderCircle aria-hidden className="animate-spin" />}
      {children}
    </button>
  )
}
