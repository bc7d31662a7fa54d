import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { oneOf, short } from "@/ui/search-params"

export const STATUSES = ["evidenced", "not_evidenced", "not_applicable"] as const

const ID_LENGTH_MAX = 60

export interface EvidenceSearch {
  status?: (typeof STATUSES)[number]
  /** The control under the keyboard's cursor, open. */
  control?: string
}

export const evidenceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/evidence",
  validateSearch: (raw: Record<string, unknown>): EvidenceSearch => ({
    status: oneOf(raw, "status", STATUSES),
    control: short(raw, "control", ID_LENGTH_MAX),
  }),
  component: lazyRouteComponent(() => import("./evidence-page"), "EvidencePage"),
})

export const routes = [evidenceRoute] as const
