import { useState } from "react"
import { Confirm } from "@/ui/dialog"
import { Checkbox } from "@/ui/field"
import { useModelActs } from "./acting"
import type { Model } from "./queries"

/** Have a model trained: why, and whether what proves itself shall answer. */
export default function TrainDialog({ model, onClose }: { model: Model; onClose: () => void }) {
  const acts = useModelActs(model)
  const [deploy, setDeploy] = useState(model.deploy_when_validated)
  return (
    <Confirm
      open
      onClose={onClose}
      title={`Train ${model.model_name}`}
      confirm="Train"
      reason
      suggestion={model.version === 0 ? "The first training." : ""}
      onConfirm={(why) => acts.train(why, deploy)}
    >
      <div className="flex flex-col gap-3">
        <p>
          It learns anew from {model.training_data_source.name ?? "its data"} as they are now, and is measured on rows
          that it does not learn from. What answers stays until something else is deployed.
        </p>
        <Checkbox
          label={
            model.champion
              ? "Let it be weighed against the champion, and take its place if the evidence says so"
              : "Deploy it as champion if it proves itself"
          }
          checked={deploy}
          onChange={(event) => setDeploy(event.target.checked)}
        />
      </div>
    </Confirm>
  )
}
