import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useCan } from "@/app/session"
import { Button } from "@/ui/button"
import { actor } from "@/ui/format"
import { When } from "@/ui/when"
import { EndMute } from "./end-mute"
import { type Mute, muteQuery } from "./queries"

/** Which mute kept a rule from asking: for whom, until when, and why; it can be ended here. */
export function Muted({ muteId }: { muteId: string }) {
  const can = useCan()
  const found = useQuery({ ...muteQuery(muteId), enabled: can("kernel:list:read") }).data
  const [ending, setEnding] = useState<Mute | null>(null)
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-2">
      <span className="min-w-0 break-words">
        It was muted for this customer
        {found && (
          <>
            {" "}
            by {actor(found.made_by)}: “{found.reason}”.{" "}
            {found.standing === "open" ? (
              <>
                It asks again <When at={found.until} />
              </>
            ) : found.ended_at ? (
              <>
                The mute was ended <When at={found.ended_at} />
              </>
            ) : (
              <>
                The mute ran out <When at={found.until} />
              </>
            )}
          </>
        )}
        .
      </span>
      {found?.standing === "open" && can("kernel:list:manage") && (
        <Button size="sm" variant="ghost" onClick={() => setEnding(found)}>
          End the mute…
        </Button>
      )}
      <EndMute mute={ending} onClose={() => setEnding(null)} />
    </div>
  )
}
