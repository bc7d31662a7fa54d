import { routes as anomalies } from "./anomalies/routes"
import { routes as datasets } from "./datasets/routes"
import { routes as forecasts } from "./forecasts/routes"
import { routes as insight } from "./insight/routes"
import { routes as models } from "./models/routes"

export const routes = [...insight, ...models, ...forecasts, ...anomalies, ...datasets] as const
