/** What draws the dialogs; ui/dialog fetches it with the first one that opens. */
import { X } from "lucide-react"
import { AlertDialog, Dialog as RadixDialog } from "radix-ui"
import { useId, useState } from "react"
import { asApiError } from "@/api/problem"
import { Notice } from "./basics"
import { Button } from "./button"
import { cn } from "./cn"
import type { ConfirmProps, DialogProps, PeekProps } from "./dialog"
import { Textarea } from "./field"
import { useReturnFocus } from "./return-focus"
import { Scroll } from "./scroll"

const OVERLAY = "fixed inset-0 z-40 bg-black/40 animate-in fade-in-0"
const CENTRED =
  "card fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] w-[min(30rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto bg-raised p-5 animate-in fade-in-0 zoom-in-95"

export function Dialog({ open, onClose, title, children, wide }: DialogProps) {
  const focus = useReturnFocus()
  return (
    <RadixDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={OVERLAY} />
        <RadixDialog.Content
          {...focus}
          aria-describedby={undefined}
          className={cn(CENTRED, wide && "w-[min(48rem,calc(100vw-2rem))]")}
        >
          <div className="mb-3 flex items-start justify-between gap-3">
            <RadixDialog.Title className="text-base font-semibold">{title}</RadixDialog.Title>
            <RadixDialog.Close asChild>
              <Button size="icon" variant="ghost" className="-m-1.5" aria-label="Close">
                <X />
              </Button>
            </RadixDialog.Close>
          </div>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

export function Peek({ open, onClose, title, children }: PeekProps) {
  const focus = useReturnFocus()
  return (
    <RadixDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={cn(OVERLAY, "bg-black/20")} />
        <RadixDialog.Content
          {...focus}
          aria-describedby={undefined}
          className="fixed inset-y-0 right-0 z-50 flex w-[min(36rem,100vw)] flex-col border-l bg-surface shadow-lg animate-in slide-in-from-right-8 fade-in-0"
        >
          <div className="flex items-center justify-between gap-3 border-b px-4 py-3">
            <RadixDialog.Title className="truncate font-semibold">{title}</RadixDialog.Title>
            <RadixDialog.Close asChild>
              <Button size="icon" variant="ghost" aria-label="Close">
                <X />
              </Button>
            </RadixDialog.Close>
          </div>
          <Scroll label={title} className="flex-1 overflow-y-auto p-4">
            {children}
          </Scroll>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

export function Confirm({
  open,
  onClose,
  title,
  children,
  confirm,
  danger,
  reason,
  suggestion = "",
  typed,
  wide,
  onConfirm,
}: ConfirmProps) {
  const focus = useReturnFocus()
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content {...focus} className={cn(CENTRED, wide && "w-[min(48rem,calc(100vw-2rem))]")}>
          <ConfirmBody {...{ onClose, title, children, confirm, danger, reason, suggestion, typed, onConfirm }} />
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

function ConfirmBody({
  onClose,
  title,
  children,
  confirm,
  danger,
  reason,
  suggestion,
  typed,
  onConfirm,
}: Omit<ConfirmProps, "open">) {
  const [text, setText] = useState(suggestion ?? "")
  const [word, setWord] = useState("")
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const reasonId = useId()
  const wordId = useId()
  const ready = (!reason || text.trim() !== "") && (!typed || word === typed)
  const run = async () => {
    if (!ready || busy) return
    setBusy(true)
    setError(null)
    try {
      await onConfirm(text.trim())
      onClose()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void run()
      }}
    >
      <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
      <AlertDialog.Description asChild>
        <div className="mt-1 text-ink-2">{children}</div>
      </AlertDialog.Description>
      {reason && (
        <div className="mt-4">
          <label htmlFor={reasonId} className="mb-1 block text-xs font-medium text-ink-2">
            Reason (kept in the record)
          </label>
          <Textarea
            id={reasonId}
            value={text}
            maxLength={2000}
            rows={2}
            required
            onChange={(event) => setText(event.target.value)}
          />
        </div>
      )}
      {typed && (
        <div className="mt-4">
          <label htmlFor={wordId} className="mb-1 block text-xs font-medium text-ink-2">
            Type <span className="mono text-ink">{typed}</span> to confirm
          </label>
          <input
            id={wordId}
            value={word}
            autoComplete="off"
            onChange={(event) => setWord(event.target.value)}
            className="h-8 w-full rounded-control border bg-surface px-2.5 text-[13px]"
          />
        </div>
      )}
      {error !== null && (
        <Notice tone="bad" className="mt-3">
          <span role="alert">{asApiError(error).sentence}</span>
        </Notice>
      )}
      <div className="mt-5 flex justify-end gap-2">
        <AlertDialog.Cancel asChild>
          <Button variant="ghost">Cancel</Button>
        </AlertDialog.Cancel>
        <Button type="submit" variant={danger ? "decline" : "solid"} disabled={!ready} busy={busy}>
          {confirm}
        </Button>
      </div>
    </form>
  )
}
