import { KeyRound } from "lucide-react"
import type { ReactNode } from "react"
import { Copy, Notice } from "./basics"

/** A secret that is shown this once, to be copied. */
export function SecretOnce({ label, secret, children }: { label: string; secret: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="warn" icon={<KeyRound aria-hidden />}>
        {children}
      </Notice>
      <div>
        <p className="mb-1 text-xs font-medium text-ink-2">{label}</p>
        <div className="flex rounded-control border bg-sunken py-1 pr-1 pl-2.5">
          <Copy text={secret} label={`Copy ${label.toLowerCase()}`}>
            <span className="select-all">{secret}</span>
          </Copy>
        </div>
      </div>
    </div>
  )
}
