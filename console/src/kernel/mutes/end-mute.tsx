import { useQueryClient } from "@tanstack/react-query"
import { api, once } from "@/api/client"
import { Confirm } from "@/ui/dialog"
import { words } from "@/ui/format"
import { toast } from "@/ui/toast"
import { type Mute, refreshMutes } from "./queries"

/** End a mute before its time. */
export function EndMute({ mute, onClose }: { mute: Mute | null; onClose: () => void }) {
  const client = useQueryClient()
  return (
    <Confirm
      open={mute !== null}
      onClose={onClose}
      title={`Let ${mute ? words(mute.rule) : "the rule"} ask again?`}
      confirm="End the mute"
      reason
      onConfirm={async (reason) => {
        await api.POST("/api/v1/mutes/{mute_id}/end", {
          params: { path: { mute_id: mute!.id } },
          body: { reason },
          headers: once(),
        })
        await refreshMutes(client)
        toast("The rule asks again", { detail: "From the next decision on." })
      }}
    >
      From the next decision on it asks about <span className="num font-medium text-ink">{mute?.shown}</span> as about
      everybody else.
    </Confirm>
  )
}
