import { createRoute, lazyRouteComponent } from "@tanstack/react-router"
import { rootRoute } from "@/app/root"
import { showSubjects } from "@/kernel/decisions/subjects"
import { readModelSearch, readModelsSearch, readNewModelSearch } from "./search"

// A version is promoted or not; nothing else about it can be changed by an answer.
showSubjects("analytics.promotion", {
  name: "model",
  to: (_id, { model_id }) => (typeof model_id === "string" ? `/models/${model_id}?tab=versions` : null),
  amendable: [],
  shows: [
    "version",
    "champion_version",
    "evidence",
    "cases_compared",
    "loss_difference",
    "loss_difference_lower",
    "champion_loss",
    "candidate_loss",
    "guards_passed",
    "validated",
    "why",
  ],
})

export const modelsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models",
  validateSearch: readModelsSearch,
  component: lazyRouteComponent(() => import("./models-page"), "ModelsPage"),
})

export const newModelRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models/new",
  validateSearch: readNewModelSearch,
  component: lazyRouteComponent(() => import("./new-model-page"), "NewModelPage"),
})

export const modelRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models/$modelId",
  validateSearch: readModelSearch,
  component: lazyRouteComponent(() => import("./model-page"), "ModelPage"),
})

export const editModelRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/models/$modelId/edit",
  component: lazyRouteComponent(() => import("./edit-model-page"), "EditModelPage"),
})

export const routes = [modelsRoute, newModelRoute, modelRoute, editModelRoute] as const
