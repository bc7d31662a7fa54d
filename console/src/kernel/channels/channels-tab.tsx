import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link, useNavigate } from "@tanstack/react-router"
import { Ellipsis, Eye, Megaphone, Pause, Pencil, Play, Plus, Trash2 } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { api } from "@/api/client"
import { Button } from "@/ui/button"
import { type Column, DataTable } from "@/ui/data-table"
import { Confirm } from "@/ui/dialog"
import { Menu } from "@/ui/menu"
import { Empty, Failed } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { KindLabel } from "./kinds"
import { CHANNELS, type Channel, channelsQuery, RULES, refresh } from "./queries"
import { ChannelState } from "./states"

const ChannelDialog = lazy(() => import("./channel-dialog"))
const TestDialog = lazy(() => import("./test-dialog"))
const PreviewDialog = lazy(() => import("./preview-dialog"))

type Ask = { act: "add" } | { act: "edit" | "test" | "preview" | "remove"; channel: Channel }

/** The channels, how each does, and what can be done with it. */
export function ChannelsTab({ mayManage }: { mayManage: boolean }) {
  const navigate = useNavigate({ from: "/settings/$section" })
  const client = useQueryClient()
  const [ask, setAsk] = useState<Ask | null>(null)
  const [current, setCurrent] = useState<string>()
  const channels = useQuery(channelsQuery)
  const switching = useMutation({
    mutationFn: ({ id, revision, enabled }: Channel) =>
      api.PUT("/api/v1/channels/{channel_id}", {
        params: { path: { channel_id: id } },
        body: { revision, enabled: !enabled },
      }),
    onSuccess: (_, channel) => toast(channel.enabled ? `${channel.name} is paused` : `${channel.name} is on again`),
    onError: (error) => toastError(error),
    onSettled: () => refresh(client, CHANNELS),
  })
  const remove = async (channel: Channel) => {
    await api.DELETE("/api/v1/channels/{channel_id}", { params: { path: { channel_id: channel.id } } })
    await refresh(client, CHANNELS, RULES)
    toast(`${channel.name} is removed`)
  }
  const close = () => setAsk(null)
  const columns: Column<Channel>[] = [
    {
      id: "name",
      header: "Channel",
      cell: (channel) => (
        <span className="flex flex-col py-1.5">
          <span className="truncate font-medium">{channel.name}</span>
          <span className="truncate text-xs text-ink-3">{whereTo(channel)}</span>
        </span>
      ),
    },
    { id: "kind", header: "Kind", wide: true, cell: (channel) => <KindLabel kind={channel.kind} /> },
    {
      id: "state",
      header: "State",
      cell: (channel) => (
        <span className="flex flex-col gap-0.5 py-1.5">
          <ChannelState channel={channel} />
          {channel.state === "failing" && channel.last_error && (
            <span className="line-clamp-2 max-w-72 text-xs whitespace-normal text-decline">{channel.last_error}</span>
          )}
        </span>
      ),
    },
    {
      id: "day",
      header: "Last 24 hours",
      wide: true,
      cell: ({ id, last_day: day }) => (
        <Link
          to="/settings/$section"
          params={{ section: "channels" }}
          search={{ tab: "deliveries", of: id }}
          className="num text-xs text-ink-2 hover:underline"
        >
          {day.sent} sent
          {day.dead > 0 && <span className="text-decline">, {day.dead} not sent</span>}
          {day.queued + day.sending > 0 && `, ${day.queued + day.sending} wait`}
        </Link>
      ),
    },
    {
      id: "acts",
      header: <span className="sr-only">Actions</span>,
      align: "right",
      cell: (channel) => (
        <span className="inline-flex items-center gap-1">
          {mayManage && (
            <Button
              size="sm"
              disabled={channel.state === "not_connected" || !channel.enabled}
              aria-label={`Test ${channel.name}`}
              onClick={() => setAsk({ act: "test", channel })}
            >
              Test
            </Button>
          )}
          <Menu
            trigger={
              <Button size="icon" variant="ghost" aria-label={`More about ${channel.name}`}>
                <Ellipsis />
              </Button>
            }
            items={[
              { label: "Preview", icon: <Eye />, run: () => setAsk({ act: "preview", channel }) },
              {
                label: "Deliveries",
                icon: <Megaphone />,
                run: () => void navigate({ search: { tab: "deliveries", of: channel.id } }),
              },
              ...(mayManage
                ? [
                    { label: "Edit", icon: <Pencil />, run: () => setAsk({ act: "edit", channel }) },
                    {
                      label: channel.enabled ? "Pause" : "Resume",
                      icon: channel.enabled ? <Pause /> : <Play />,
                      run: () => switching.mutate(channel),
                    },
                    null,
                    {
                      label: "Remove…",
                      icon: <Trash2 />,
                      danger: true,
                      run: () => setAsk({ act: "remove", channel }),
                    },
                  ]
                : []),
            ]}
          />
        </span>
      ),
    },
  ]
  const add = mayManage && (
    <Button variant="solid" onClick={() => setAsk({ act: "add" })}>
      <Plus /> Add a channel
    </Button>
  )
  if (channels.error && !channels.data) return <Failed error={channels.error} retry={() => void channels.refetch()} />
  const rows = channels.data?.items
  return (
    <div className="flex flex-col gap-3">
      {rows && rows.length > 0 && add && <div className="flex justify-end">{add}</div>}
      <DataTable
        label="Channels"
        columns={columns}
        rows={rows}
        rowId={(channel) => channel.id}
        current={current}
        onCurrent={(channel) => setCurrent(channel.id)}
        onOpen={mayManage ? (channel) => setAsk({ act: "edit", channel }) : undefined}
        empty={
          <Empty icon={<Megaphone />} title="Nobody is told yet" action={add || undefined}>
            Alerts show in the console alone. Add a channel, and high and critical ones reach you by e-mail, Slack,
            Telegram, PagerDuty or a webhook.
          </Empty>
        }
      />
      <Suspense>
        {(ask?.act === "add" || ask?.act === "edit") && (
          <ChannelDialog
            channel={ask.act === "edit" ? ask.channel : null}
            onClose={close}
            onTest={(channel) => setAsk({ act: "test", channel })}
          />
        )}
        {ask?.act === "test" && <TestDialog channel={ask.channel} onClose={close} />}
        {ask?.act === "preview" && <PreviewDialog channel={ask.channel} onClose={close} />}
      </Suspense>
      <Confirm
        open={ask?.act === "remove"}
        onClose={close}
        title={ask?.act === "remove" ? `Remove ${ask.channel.name}?` : ""}
        confirm="Remove"
        danger
        onConfirm={() => (ask?.act === "remove" ? remove(ask.channel) : Promise.resolve())}
      >
        It is taken out of every rule and its secret is destroyed. What waits is not sent. What it sent stays on record.
      </Confirm>
    </div>
  )
}

/** Where a channel's messages go, in words. */
function whereTo({ settings, destination }: Channel): string {
  if ("recipients" in settings) return settings.recipients.join(", ")
  if ("chat_id" in settings) return settings.chat_id
  if ("url" in settings) return settings.url
  if ("channel" in settings && settings.channel) return settings.channel
  return destination
}
