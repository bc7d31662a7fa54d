import { Link } from "@tanstack/react-router"
import { Card } from "@/ui/basics"
import { count } from "@/ui/format"
import { When } from "@/ui/when"
import type { Model } from "./queries"

/** How much a model is asked, and what became known of it. */
export function UseCard({ model }: { model: Model }) {
  const { usage, id } = model
  if (usage.predictions === 0 && usage.open_alerts === 0) return null
  const item = "flex items-baseline justify-between gap-2"
  return (
    <Card title="Use">
      <ul className="flex flex-col gap-1.5 text-[13px]">
        <li className={item}>
          <Link
            to="/models/$modelId"
            params={{ modelId: id }}
            search={{ tab: "predictions" }}
            className="hover:underline"
          >
            Predictions
          </Link>
          <span className="num">{count(usage.predictions)}</span>
        </li>
        <li className={item}>
          <span>With an outcome</span>
          <span className="num">{count(usage.outcomes)}</span>
        </li>
        {usage.last_predicted_at && (
          <li className={item}>
            <span>Last asked</span>
            <When at={usage.last_predicted_at} />
          </li>
        )}
        <li className={item}>
          <Link
            to="/models/$modelId"
            params={{ modelId: id }}
            search={{ tab: "monitoring" }}
            className="hover:underline"
          >
            Open alerts
          </Link>
          <span className="num">{count(usage.open_alerts)}</span>
        </li>
      </ul>
    </Card>
  )
}
