import { CircleAlert, Lock } from "lucide-react"
import type { ReactNode } from "react"
import { Notice } from "./basics"

/** Why nothing can be changed here. */
export const ReadOnly = ({ children }: { children: ReactNode }) => (
  <Notice icon={<Lock aria-hidden />}>{children}</Notice>
)

/** What failed that belongs to no field. */
export const FormError = ({ error }: { error: string | null }) =>
  error && (
    <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
      <span role="alert">{error}</span>
    </Notice>
  )
