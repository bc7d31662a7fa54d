import { useBlocker } from "@tanstack/react-router"
import type { ReactNode } from "react"
import { Confirm } from "./dialog"

interface Props {
  /** Whether there is anything to lose. */
  changed: boolean
  title: string
  confirm: string
  danger?: boolean
  children: ReactNode
}

/** Asks before somebody leaves a page on which they changed something; `children` say what becomes of it. */
export function LeaveGuard({ changed, children, ...words }: Props) {
  const blocker = useBlocker({
    disabled: !changed,
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname,
    enableBeforeUnload: () => changed,
    withResolver: true,
  })
  return (
    <Confirm
      {...words}
      open={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      onConfirm={async () => blocker.proceed?.()}
    >
      {children}
    </Confirm>
  )
}
