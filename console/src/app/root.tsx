import type { QueryClient } from "@tanstack/react-query"
import { createRootRouteWithContext, createRoute, Link, Outlet, redirect } from "@tanstack/react-router"
import { Compass } from "lucide-react"
import { Skeleton } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Page } from "@/ui/page"
import { Empty, Failed } from "@/ui/states"
import { Shell } from "./shell"

export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
  notFoundComponent: () => (
    <Page title="No such page">
      <Empty
        icon={<Compass />}
        title="Nothing is at this address"
        action={
          <Button asChild>
            <Link to="/admin/autonomous-business">Go to the overview</Link>
          </Button>
        }
      >
        The link may be old, or mistyped.
      </Empty>
    </Page>
  ),
  errorComponent: ({ error, reset }) => (
    <Page title="This page failed">
      <Failed error={error} retry={reset} />
    </Page>
  ),
})

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/admin/autonomous-business", replace: true })
  },
})

export const PagePending = () => (
  <div role="status" aria-label="Loading" className="mx-auto flex w-full max-w-[1400px] flex-col gap-4 p-4 md:p-6">
    <Skeleton className="h-8 w-48" />
    <Skeleton className="h-28" />
    <Skeleton className="h-80" />
  </div>
)
