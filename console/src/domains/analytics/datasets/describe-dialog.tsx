import { useMutation, useQueryClient } from "@tanstack/react-query"
import { CircleAlert } from "lucide-react"
import { useState } from "react"
import { api } from "@/api/client"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Dialog } from "@/ui/dialog"
import { toast } from "@/ui/toast"
import { NameFields } from "./name-fields"
import { aboutDatasets, DATASETS, type Dataset, datasetQuery } from "./queries"

/** Another name or description. What somebody else changed meanwhile is said, and nothing typed is lost. */
export function DescribeDialog({ dataset, onClose }: { dataset: Dataset; onClose: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState(dataset.name)
  const [description, setDescription] = useState(dataset.description)
  const [seen, setSeen] = useState(dataset.revision)
  const save = useMutation({
    mutationFn: async () => {
      const { data } = await api.PUT(`${DATASETS}/{dataset_id}`, {
        params: { path: { dataset_id: dataset.dataset_id } },
        body: { name: name.trim(), description: description.trim(), revision: seen },
      })
      return data!
    },
    onSuccess: (after) => {
      toast(`“${after.name}” was saved`)
      void client.invalidateQueries({ predicate: aboutDatasets })
      onClose()
    },
  })
  const problem = save.error && asApiError(save.error)
  const changed = problem?.code === "dataset_changed"
  const renamed = name.trim() !== dataset.name
  return (
    <Dialog open onClose={onClose} title="Rename or describe">
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <NameFields
          name={name}
          onName={setName}
          description={description}
          onDescription={setDescription}
          fault={problem?.field === "name" ? problem.sentence : null}
        />
        {renamed && <Notice>Queries that name it “{dataset.name}” must be changed along.</Notice>}
        {problem && problem.field !== "name" && (
          <Notice tone={changed ? "warn" : "bad"} icon={<CircleAlert aria-hidden />}>
            <span role="alert">{changed ? problem.message : problem.sentence}</span>
            {changed && (
              <button
                type="button"
                className="ml-1 underline"
                onClick={async () => {
                  const now = await client.fetchQuery({ ...datasetQuery(dataset.dataset_id), staleTime: 0 })
                  setSeen(now.revision)
                  save.reset()
                }}
              >
                Keep what I typed, and save over it
              </button>
            )}
          </Notice>
        )}
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" variant="solid" disabled={!name.trim()} busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
