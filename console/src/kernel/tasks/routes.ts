import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { readSearch } from "./search"

const tasksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/tasks",
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import("./tasks-page"), "TasksPage"),
})

export const routes = [tasksRoute] as const
