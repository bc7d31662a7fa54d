import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { ArrowDown, ArrowUp, Ellipsis, ListChecks, MoonStar, Pause, Pencil, Play, Plus, Trash2 } from "lucide-react"
import { lazy, Suspense, useState } from "react"
import { api } from "@/api/client"
import { useOrganization } from "@/app/session"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { cn } from "@/ui/cn"
import { Confirm } from "@/ui/dialog"
import { useKeys } from "@/ui/keys"
import { Menu } from "@/ui/menu"
import { Empty, Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { channelsQuery, RULES, type Rule, refresh, rulesQuery } from "./queries"
import { bodyOf } from "./rule-body"
import { sentences } from "./rule-sentence"

const RuleDialog = lazy(() => import("./rule-dialog"))

type Ask = { act: "add" } | { act: "edit" | "remove"; rule: Rule }

/** The rules in their order, each as sentences. */
export default function RulesTab({ mayManage }: { mayManage: boolean }) {
  const client = useQueryClient()
  const zone = useOrganization()?.time_zone ?? "UTC"
  const rules = useQuery(rulesQuery)
  const channels = useQuery(channelsQuery)
  const [ask, setAsk] = useState<Ask | null>(null)
  const [current, setCurrent] = useState<string>()
  const ordered = [...(rules.data?.items ?? [])].sort((a, b) => a.position - b.position)
  const change = useMutation({
    mutationFn: ({ rule, ...part }: { rule: Rule; enabled?: boolean; position?: number }) =>
      api.PUT("/api/v1/notification-rules/{rule_id}", {
        params: { path: { rule_id: rule.id } },
        body: { ...bodyOf(rule), revision: rule.revision, name: rule.name, enabled: rule.enabled, ...part },
      }),
    onError: (error) => toastError(error),
    onSettled: () => refresh(client, RULES),
  })
  const remove = async (rule: Rule) => {
    await api.DELETE("/api/v1/notification-rules/{rule_id}", { params: { path: { rule_id: rule.id } } })
    await refresh(client, RULES)
    toast(`${rule.name} is removed`)
  }
  const step = (by: number) => {
    const at = ordered.findIndex(({ id }) => id === current)
    setCurrent(ordered[Math.max(0, Math.min(ordered.length - 1, at + by))]?.id)
  }
  const open = ordered.find(({ id }) => id === current)
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    ...(mayManage && open ? { Enter: () => setAsk({ act: "edit", rule: open }) } : {}),
  })
  const noChannel = channels.data?.items.length === 0
  const add = mayManage && (
    <Button variant="solid" disabled={noChannel} onClick={() => setAsk({ act: "add" })}>
      <Plus /> Add a rule
    </Button>
  )
  return (
    <Fetched query={rules}>
      {() => (
        <div className="flex flex-col gap-3">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p className="text-xs text-ink-3">
              Where several rules name a channel, an alert goes there once, by the first of them.
            </p>
            {ordered.length > 0 && add}
          </div>
          <div className="card">
            {ordered.length === 0 ? (
              <Empty icon={<ListChecks />} title="No rule yet" action={noChannel ? undefined : add || undefined}>
                {noChannel
                  ? "A rule says which alerts go to whom. Add a channel first: it brings a rule with it."
                  : "A rule says which alerts go to which channels, and when people want their quiet."}
              </Empty>
            ) : (
              <ol aria-label="Rules">
                {ordered.map((rule, at) => (
                  <li
                    key={rule.id}
                    className={cn(
                      "flex items-start gap-3 border-b px-3 py-2.5 last:border-0",
                      rule.id === current && "bg-accent-soft",
                    )}
                  >
                    <span className="num mt-0.5 w-5 text-xs text-ink-3">{at + 1}</span>
                    <div className="min-w-0 flex-1">
                      <p className="flex flex-wrap items-center gap-2 text-[13px] font-medium">
                        {rule.name}
                        {!rule.enabled && <Badge icon={<Pause aria-hidden />}>Paused</Badge>}
                        {rule.quiet_until && (
                          <Badge tone="info" icon={<MoonStar aria-hidden />}>
                            Quiet now, until <When at={rule.quiet_until} clock="system" className="text-inherit" />
                          </Badge>
                        )}
                      </p>
                      {sentences(rule, rule.channel_names, zone).map((sentence) => (
                        <p key={sentence} className="text-[13px] break-words text-ink-2">
                          {sentence}
                        </p>
                      ))}
                    </div>
                    {mayManage && (
                      <span className="flex items-center">
                        <Button
                          size="icon"
                          variant="ghost"
                          aria-label={`Move ${rule.name} up`}
                          disabled={at === 0 || change.isPending}
                          onClick={() => change.mutate({ rule, position: ordered[at - 1]!.position })}
                        >
                          <ArrowUp />
                        </Button>
                        <Button
                          size="icon"
                          variant="ghost"
                          aria-label={`Move ${rule.name} down`}
                          disabled={at === ordered.length - 1 || change.isPending}
                          onClick={() => change.mutate({ rule, position: ordered[at + 1]!.position })}
                        >
                          <ArrowDown />
                        </Button>
                        <Menu
                          trigger={
                            <Button size="icon" variant="ghost" aria-label={`More about ${rule.name}`}>
                              <Ellipsis />
                            </Button>
                          }
                          items={[
                            { label: "Edit", icon: <Pencil />, run: () => setAsk({ act: "edit", rule }) },
                            {
                              label: rule.enabled ? "Pause" : "Resume",
                              icon: rule.enabled ? <Pause /> : <Play />,
                              run: () => change.mutate({ rule, enabled: !rule.enabled }),
                            },
                            null,
                            {
                              label: "Remove…",
                              icon: <Trash2 />,
                              danger: true,
                              run: () => setAsk({ act: "remove", rule }),
                            },
                          ]}
                        />
                      </span>
                    )}
                  </li>
                ))}
              </ol>
            )}
          </div>
          <Suspense>
            {(ask?.act === "add" || ask?.act === "edit") && channels.data && (
              <RuleDialog
                rule={ask.act === "edit" ? ask.rule : null}
                channels={channels.data.items}
                zone={zone}
                onClose={() => setAsk(null)}
              />
            )}
          </Suspense>
          <Confirm
            open={ask?.act === "remove"}
            onClose={() => setAsk(null)}
            title={ask?.act === "remove" ? `Remove ${ask.rule.name}?` : ""}
            confirm="Remove"
            danger
            onConfirm={() => (ask?.act === "remove" ? remove(ask.rule) : Promise.resolve())}
          >
            What it has not sent yet is not sent any more.
          </Confirm>
        </div>
      )}
    </Fetched>
  )
}
