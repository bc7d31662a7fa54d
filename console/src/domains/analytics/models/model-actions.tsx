import { useNavigate } from "@tanstack/react-router"
import { Ellipsis, Play, Rocket, SquarePen, Trash2, Undo2 } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { useCan } from "@/app/session"
import { Tip } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { Menu } from "@/ui/menu"
import { useModelActs } from "./acting"
import type { Model } from "./queries"

const DeployDialog = lazy(() => import("./deploy-dialog"))
const TrainDialog = lazy(() => import("./train-dialog"))

/** What a person can do with a model. */
export function ModelActions({ model }: { model: Model }) {
  const can = useCan()
  const navigate = useNavigate()
  const acts = useModelActs(model)
  const [open, setOpen] = useState<"train" | "deploy" | "back" | "remove" | null>(null)
  const close = () => setOpen(null)
  const manages = can("ai_analytics:manage")
  const edits = can("ai_analytics:update")
  const training = model.state === "training"
  if (!manages && !edits) return null
  return (
    <>
      {manages && (
        <>
          <Tip label={training ? "It is being trained" : "Learn anew from the data as they are now"}>
            <Button
              variant={model.version === 0 ? "solid" : "outline"}
              disabled={training}
              onClick={() => setOpen("train")}
            >
              <Play /> Train
            </Button>
          </Tip>
          <Button
            variant={model.version > 0 && !model.champion ? "solid" : "outline"}
            disabled={model.version === 0}
            onClick={() => setOpen("deploy")}
          >
            <Rocket /> Deploy…
          </Button>
        </>
      )}
      <Menu
        label="More"
        trigger={
          <Button size="icon" aria-label="More actions">
            <Ellipsis />
          </Button>
        }
        items={[
          ...(manages
            ? [{ label: "Roll back", icon: <Undo2 />, disabled: !model.champion, run: () => setOpen("back") }]
            : []),
          ...(edits
            ? [
                {
                  label: "Edit",
                  icon: <SquarePen />,
                  run: () => void navigate({ to: "/models/$modelId/edit", params: { modelId: model.id } }),
                },
              ]
            : []),
          ...(manages ? [null, { label: "Remove", icon: <Trash2 />, danger: true, run: () => setOpen("remove") }] : []),
        ]}
      />
      {open === "deploy" && (
        <Suspense>
          <DeployDialog model={model} onClose={close} />
        </Suspense>
      )}
      {open === "train" && (
        <Suspense>
          <TrainDialog model={model} onClose={close} />
        </Suspense>
      )}
      <Confirm
        open={open === "back"}
        onClose={close}
        title="Roll back to the champion before?"
        confirm="Roll back"
        reason
        onConfirm={acts.rollBack}
      >
        Version {model.champion?.number} answers no more; the version that answered before it does, from the next
        prediction on.
      </Confirm>
      <Confirm
        open={open === "remove"}
        onClose={close}
        title={`Remove ${model.model_name}?`}
        confirm="Remove"
        danger
        typed={model.model_name}
        onConfirm={acts.remove}
      >
        It answers no more and is listed no more. Its versions and what it predicted stay in the record.
      </Confirm>
    </>
  )
}
