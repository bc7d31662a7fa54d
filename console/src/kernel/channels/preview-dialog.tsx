import { useQuery } from "@tanstack/react-query"
import { query } from "@/api/client"
import { Dialog } from "@/ui/dialog"
import { Scroll } from "@/ui/scroll"
import { Fetched } from "@/ui/states"
import { CHANNELS, type Channel } from "./queries"

/** The message that a channel would carry now, without sending it. */
export default function PreviewDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const preview = useQuery(
    query.queryOptions("get", `${CHANNELS}/{channel_id}/preview`, { params: { path: { channel_id: channel.id } } }),
  )
  return (
    <Dialog open onClose={onClose} title={`What ${channel.name} would say`} wide>
      <Fetched query={preview}>
        {({ subject, text, alert_id }) => (
          <div className="flex flex-col gap-3">
            <p className="text-xs text-ink-3">
              {alert_id ? "Of the newest alert, as of now." : "There is no alert yet: an example stands in."}
            </p>
            <p className="font-semibold break-words">{subject}</p>
            <Scroll label="Message" className="max-h-96 overflow-auto rounded-control border bg-sunken p-3">
              <p className="text-[13px] break-words whitespace-pre-wrap">{text}</p>
            </Scroll>
          </div>
        )}
      </Fetched>
    </Dialog>
  )
}
