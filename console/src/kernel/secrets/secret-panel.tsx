import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { RefreshCw } from "lucide-react"
import { useState } from "react"
import { api, once } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Copy, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { actor } from "@/ui/format"
import { SidePanel } from "@/ui/side-panel"
import { Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { useNow, When } from "@/ui/when"
import { ChangeDialog, RotateDialog } from "./change-dialogs"
import { secretQuery, secretsChanged } from "./queries"
import { SecretLog } from "./secret-log"
import { connectionLabel, type Secret, standing } from "./wording"

/** One secret: what it is for, how it stands, what can be done with it, and who asked for it. Never its value. */
export function SecretPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const secret = useQuery(secretQuery(id))
  return (
    <SidePanel title="Secret" opens={false} onClose={onClose}>
      <Fetched query={secret} rows={5}>
        {(data) => <Content secret={data} />}
      </Fetched>
    </SidePanel>
  )
}

function Content({ secret }: { secret: Secret }) {
  const { label, tone, meaning } = standing(secret, useNow())
  return (
    <div className="flex flex-col gap-4">
      <div>
        <div className="flex items-start justify-between gap-3">
          <h3 className="min-w-0 text-base font-semibold break-words">{secret.name}</h3>
          <Badge tone={tone}>{label}</Badge>
        </div>
        <p className="mt-1 text-xs text-ink-3">{meaning}</p>
      </div>
      {secret.state !== "removed" && <Acts secret={secret} />}
      <Facts
        items={[
          [
            "Connection",
            <span key="connection">
              {connectionLabel(secret.connection)}
              <span className="block">
                <Copy text={secret.connection} label="Copy the connection" />
              </span>
            </span>,
          ],
          [
            "Destinations",
            secret.destinations.length ? (
              <span key="hosts" className="mono flex flex-col text-xs">
                {secret.destinations.map((host) => (
                  <span key={host}>{host}</span>
                ))}
              </span>
            ) : (
              "None: it never leaves this system"
            ),
          ],
          [
            "Value",
            <span key="value">
              Version {secret.version}, <When at={secret.rotated_at} clock="system" />
            </span>,
          ],
          [
            "Fingerprint",
            secret.fingerprint ? <Copy key="print" text={secret.fingerprint} label="Copy the fingerprint" /> : "–",
          ],
          [
            "To be renewed",
            secret.rotate_after ? <When key="renew" at={secret.rotate_after} clock="system" /> : "No reminder",
          ],
          ["Expires", secret.expires_at ? <When key="end" at={secret.expires_at} clock="system" /> : "Never"],
          ["Last used", secret.last_used_at ? <When key="used" at={secret.last_used_at} clock="system" /> : "Never"],
          ...(secret.grace_until
            ? ([["Old value given until", <When key="grace" at={secret.grace_until} clock="system" />]] as [
                string,
                React.ReactNode,
              ][])
            : []),
          [
            "Kept by",
            <span key="by">
              {actor(secret.created_by)} <When at={secret.created_at} clock="system" />
            </span>,
          ],
        ]}
      />
      <SecretLog key={secret.id} id={secret.id} />
    </div>
  )
}

function Acts({ secret }: { secret: Secret }) {
  const client = useQueryClient()
  const mayManage = useCan()("kernel:secret:manage")
  const [asking, setAsking] = useState<"rotate" | "change" | "disable" | "remove" | null>(null)
  const close = () => setAsking(null)
  const params = { path: { secret_id: secret.id } }
  const enable = useMutation({
    mutationFn: () =>
      api.POST("/api/v1/vault/secrets/{secret_id}/enable", {
        params,
        body: { revision: secret.revision },
        headers: once(),
      }),
    onSuccess: () => toast(`${secret.name} may be used again`),
    onError: (error) => toastError(error),
    onSettled: () => secretsChanged(client),
  })
  if (!mayManage) return <p className="text-xs text-ink-3">Your role may see secrets, but not change them.</p>
  return (
    <div className="flex flex-wrap gap-1.5">
      <Button variant="solid" onClick={() => setAsking("rotate")}>
        <RefreshCw /> Renew
      </Button>
      <Button onClick={() => setAsking("change")}>Change</Button>
      {secret.state === "disabled" ? (
        <Button busy={enable.isPending} onClick={() => enable.mutate()}>
          Enable
        </Button>
      ) : (
        <Button onClick={() => setAsking("disable")}>Disable</Button>
      )}
      <Button variant="decline" onClick={() => setAsking("remove")}>
        Remove
      </Button>
      {asking === "rotate" && <RotateDialog secret={secret} onClose={close} />}
      {asking === "change" && <ChangeDialog secret={secret} onClose={close} />}
      <Confirm
        open={asking === "disable"}
        onClose={close}
        title={`Disable ${secret.name}?`}
        confirm="Disable"
        danger
        onConfirm={async () => {
          await api.POST("/api/v1/vault/secrets/{secret_id}/disable", {
            params,
            body: { revision: secret.revision },
            headers: once(),
          })
          await secretsChanged(client)
          toast(`${secret.name} is disabled`)
        }}
      >
        {connectionLabel(secret.connection)} is refused from now on. Its value is kept, and it can be enabled again.
      </Confirm>
      <Confirm
        open={asking === "remove"}
        onClose={close}
        title={`Remove ${secret.name}?`}
        confirm="Remove"
        danger
        typed={secret.name}
        onConfirm={async () => {
          await api.DELETE("/api/v1/vault/secrets/{secret_id}", { params })
          await secretsChanged(client)
          toast(`${secret.name} is removed`)
        }}
      >
        Its values are destroyed and {connectionLabel(secret.connection)} no longer works with it. There is no way back;
        its name, history and accesses stay on the record.
      </Confirm>
    </div>
  )
}
