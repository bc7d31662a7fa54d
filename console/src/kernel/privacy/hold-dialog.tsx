import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { api, once, query, type Schema } from "@/api/client"
import { Confirm } from "@/ui/dialog"
import { Field, Select } from "@/ui/field"
import { toast } from "@/ui/toast"
import { useRefresh } from "./queries"

/** Place a legal hold: on one case, or on a whole class of data where none is given. */
export function HoldDialog({
  root,
  onClose,
  onPlaced,
}: {
  root?: Schema["CandidateView"]
  onClose: () => void
  onPlaced?: () => void
}) {
  const refresh = useRefresh()
  const rules = useQuery(query.queryOptions("get", "/api/v1/privacy/retention", {}, { enabled: !root }))
  const [chosen, setChosen] = useState("")
  const dataClass = chosen || rules.data?.items[0]?.data_class
  const place = async (reason: string) => {
    const body = root ? { root: root.root, reason } : { data_class: dataClass, reason }
    await api.POST("/api/v1/privacy/holds", { body, headers: once() })
    await refresh()
    onPlaced?.()
    toast("The legal hold is in force")
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={root ? `Hold ${root.label}?` : "Hold a class of data"}
      confirm="Place the hold"
      reason
      onConfirm={place}
    >
      Neither a rule nor a request erases {root ? "it" : "any of it"} until somebody releases the hold.
      {!root && (
        <Field label="Class of data" className="mt-3">
          {(control) => (
            <Select {...control} value={dataClass ?? ""} onChange={(event) => setChosen(event.target.value)}>
              {rules.data?.items.map((each) => (
                <option key={each.data_class} value={each.data_class}>
                  {each.title}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
    </Confirm>
  )
}
