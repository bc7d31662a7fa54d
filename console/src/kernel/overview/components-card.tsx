import { Link } from "@tanstack/react-router"
import type { Schema } from "@/api/client"
import { Badge, Card } from "@/ui/basics"
import { actor, words } from "@/ui/format"

/** What works by itself, how far, and where a person has taken over. */
export function Components({ components }: { components: Schema["Status"]["components"] }) {
  return (
    <Card title="Autonomy">
      <ul className="-mx-2">
        {components.map((component) => (
          <li key={component.name}>
            <Link
              to="/autonomy"
              className="flex items-center justify-between gap-3 rounded-control px-2 py-1.5 text-[13px] hover:bg-sunken"
            >
              <span className="truncate">{words(component.name)}</span>
              {component.controlled_by ? (
                <Badge tone="warn">Controlled by {actor(component.controlled_by)}</Badge>
              ) : (
                <Badge tone={component.level === "stopped" ? "warn" : "accent"}>{words(component.level)}</Badge>
              )}
            </Link>
          </li>
        ))}
      </ul>
      {components.length === 0 && <p className="text-[13px] text-ink-3">No component has been set up yet.</p>}
    </Card>
  )
}
