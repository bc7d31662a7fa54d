import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { Confirm } from "@/ui/dialog"
import { Scroll } from "@/ui/scroll"
import { Failed, Loading } from "@/ui/states"
import { toast } from "@/ui/toast"
import { ChangesView } from "./changes-view"
import { needsSecond, outcome, timing, waitingQuery } from "./proposals"
import { versionQuery } from "./queries"
import { AT_ONCE, WhenFields } from "./when-fields"
import type { Label } from "./wording"

/** Let an earlier version hold again, as a new one: shows what that changes, and asks from when on and why. */
export function RollBack({
  policy,
  version,
  label,
  onClose,
}: {
  policy: Schema["PolicyView"]
  version: number
  label: Label
  onClose: () => void
}) {
  const client = useQueryClient()
  const earlier = useQuery(versionQuery(policy.kind, version))
  const waiting = useQuery(waitingQuery(policy.kind)).data?.items ?? []
  const [headers] = useState(once)
  const [when, setWhen] = useState(AT_ONCE)
  const second = needsSecond(policy)
  const rollBack = async (reason: string) => {
    const { replaces: _, ...at } = timing(when)
    const { data } = await api.POST("/api/v1/policies/{kind}/rollback", {
      params: { path: { kind: policy.kind } },
      body: { version, reason, ...at },
      headers,
    })
    await client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[1]).startsWith("/api/v1/policies") })
    toast(data!.state === "active" ? `Version ${data!.version} says what version ${version} said` : outcome(data!))
  }
  return (
    <Confirm
      open
      wide
      onClose={onClose}
      title={`Roll back to version ${version}?`}
      confirm={second ? "Propose" : when.at ? "Schedule" : "Roll back"}
      danger
      reason
      onConfirm={rollBack}
    >
      <p className="mb-3">
        What version {version} said is {second ? "proposed to a second person" : "published"} as a new version
        {when.at || second ? "." : " and holds from the next decision on."} Nothing is deleted; decisions made already
        stay as they are.
      </p>
      <Scroll label="What changes" className="max-h-[40dvh] overflow-y-auto text-ink">
        {earlier.data ? (
          <ChangesView before={policy.body} after={earlier.data.body} label={label} />
        ) : earlier.error ? (
          <Failed error={earlier.error} retry={() => void earlier.refetch()} />
        ) : (
          <Loading rows={2} />
        )}
      </Scroll>
      <WhenFields
        value={when}
        onChange={setWhen}
        version={policy.version}
        scheduled={waiting.filter((each) => each.state === "scheduled")}
      />
    </Confirm>
  )
}
