/** Dialogs. What draws them is fetched with the first one that opens. */
import { type ComponentType, lazy, type ReactNode, Suspense } from "react"

export interface DialogProps {
  open: boolean
  onClose: () => void
  title: string
  children: ReactNode
  wide?: boolean
}

export interface PeekProps {
  open: boolean
  onClose: () => void
  title: string
  children: ReactNode
}

export interface ConfirmProps {
  open: boolean
  onClose: () => void
  title: string
  children?: ReactNode
  confirm: string
  danger?: boolean
  reason?: boolean
  suggestion?: string
  /** A word that must be typed first, for what cannot be taken back. */
  typed?: string
  wide?: boolean
  onConfirm: (reason: string) => Promise<unknown>
}

type Parts = { Dialog: DialogProps; Peek: PeekProps; Confirm: ConfirmProps }

function whenOpen<Name extends keyof Parts>(name: Name) {
  const Part = lazy(async () => ({
    default: (await import("./dialog-parts"))[name] as ComponentType<Parts[Name]>,
  })) as unknown as ComponentType<Parts[Name]>
  return (props: Parts[Name]) =>
    props.open && (
      <Suspense>
        <Part {...props} />
      </Suspense>
    )
}

/** A dialog with a title; `wide` for forms. */
export const Dialog = whenOpen("Dialog")

/** A panel at the right edge: a look at one item without leaving the list. */
export const Peek = whenOpen("Peek")

/**
 * Ask before an act with consequences; with `reason` the person must say why (the record keeps it). What `onConfirm`
 * rejects with is shown in the dialog, which then stays open with everything typed still there.
 */
export const Confirm = whenOpen("Confirm")
