import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { useCan } from "@/app/session"
import { Progress } from "@/kernel/tasks/state"
import { Card } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { actor } from "@/ui/format"
import { When } from "@/ui/when"
import { useModelActs } from "./acting"
import type { Model } from "./queries"

/** A training that waits or runs: how far it is, with a way to end it. */
export function TrainingCard({ model }: { model: Model }) {
  const can = useCan()
  const acts = useModelActs(model)
  const [asking, setAsking] = useState(false)
  const { training } = model
  if (model.state !== "training" || !training) return null
  return (
    <Card
      title="Training"
      actions={
        can("ai_analytics:manage") && (
          <Button size="sm" onClick={() => setAsking(true)}>
            Cancel training
          </Button>
        )
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px]">
        <Progress value={training.progress} label={`Training of ${model.model_name}`} />
        <span aria-live="polite">
          {training.stage || (training.state === "queued" ? "Waits for its turn" : "Begins")}
        </span>
        <Link to="/tasks" search={{ peek: training.task_id }} className="ml-auto text-xs text-accent hover:underline">
          Show the task
        </Link>
      </div>
      <p className="mt-2 text-xs text-ink-3">
        Asked for by {actor(training.created_by)} <When at={training.created_at} clock="system" className="text-xs" />
        {training.why && `: ${training.why}`}
      </p>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Cancel the training?"
        confirm="Cancel training"
        danger
        onConfirm={() => acts.cancelTraining(training.task_id)}
      >
        It ends before its next step, and nothing comes of it. What answers stays as it is.
      </Confirm>
    </Card>
  )
}
