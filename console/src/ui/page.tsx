import { type ReactNode, useEffect } from "react"

/** The frame of every page: one h1, a line under it, actions at its right. */
export function Page({
  title,
  lead,
  actions,
  children,
}: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Intendant`
  }, [title])
  return (
    <div className="mx-auto flex w-full max-w-[1400px] flex-col gap-4 p-4 pb-24 md:p-6 md:pb-8">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-[22px] leading-7 font-semibold break-words">{title}</h1>
          {lead && <div className="mt-0.5 text-ink-3">{lead}</div>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  )
}
