import { useQuery, useQueryClient } from "@tanstack/react-query"
import { CircleAlert, CircleCheck } from "lucide-react"
import { useState } from "react"
import { api, once, type Schema } from "@/api/client"
import { useCan } from "@/app/session"
import { Badge, Card, Copy, Notice, Skeleton } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Failed } from "@/ui/states"
import { toast } from "@/ui/toast"
import { When } from "@/ui/when"
import { healthQuery, secretsChanged } from "./queries"

type Health = Schema["VaultHealthView"]

const BACKENDS: Record<string, string> = { local: "the key ring of this installation", hashicorp: "a HashiCorp Vault" }
const backend = (name: string) => BACKENDS[name] ?? name

/** Whether the vault can open what it keeps, and by which keys. */
export function VaultCard() {
  const health = useQuery({ ...healthQuery, refetchInterval: 30_000 })
  if (health.error && !health.data) return <Failed error={health.error} retry={() => void health.refetch()} />
  if (!health.data) return <Skeleton className="h-16" />
  return <Shown health={health.data} />
}

function Shown({ health }: { health: Health }) {
  const client = useQueryClient()
  const mayManage = useCan()("kernel:secret:manage")
  const [renewing, setRenewing] = useState(false)
  const keys = health.data_keys
  const rotate = async () => {
    await api.POST("/api/v1/vault/data-key/rotate", { headers: once() })
    await secretsChanged(client)
    toast("There is a new data key", { detail: "Secrets are brought under it by and by; all stay usable." })
  }
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px]">
        {health.ok ? (
          <CircleCheck aria-hidden className="size-4 text-ink-3" />
        ) : (
          <CircleAlert aria-hidden className="size-4 text-decline" />
        )}
        <span className="min-w-0 flex-1">
          <span className="font-medium">{health.ok ? "The vault is well" : "The vault cannot open secrets"}</span>
          <span className="text-ink-3"> · its keys are wrapped by {backend(health.backend)}</span>
          {health.reencrypting > 0 && (
            <span className="text-ink-3">
              {" "}
              · {count(health.reencrypting)} {health.reencrypting === 1 ? "secret is" : "secrets are"} being brought
              under the newest key
            </span>
          )}
        </span>
        {health.overdue > 0 && <Badge tone="warn">{count(health.overdue)} to renew</Badge>}
      </div>
      {!health.ok && (
        <Notice tone="bad" className="mt-3">
          <span role="alert">
            {health.detail} {health.remedy}
          </span>
        </Notice>
      )}
      <details className="mt-2 text-[13px]">
        <summary className="w-fit cursor-pointer text-xs text-ink-2 hover:text-ink">Keys and back end</summary>
        <div className="mt-3 flex flex-col gap-3">
          {health.ok && <p className="text-xs text-ink-3">{health.detail}</p>}
          {keys.length > 0 && <DataKeys keys={keys} />}
          {mayManage && keys.length > 0 && (
            <div className="flex flex-wrap items-center gap-3">
              <Button size="sm" onClick={() => setRenewing(true)}>
                Renew the data key
              </Button>
              <span className="text-xs text-ink-3">
                The key around it is renewed at the terminal: <code className="mono">intendant vault rotate-key</code>
              </span>
            </div>
          )}
        </div>
      </details>
      <Confirm
        open={renewing}
        onClose={() => setRenewing(false)}
        title="Renew the data key?"
        confirm="Renew"
        onConfirm={rotate}
      >
        The organisation gets a new data key, and its secrets are encrypted anew by it in the background. Nothing stands
        still meanwhile, and no value changes.
      </Confirm>
    </Card>
  )
}

const DataKeys = ({ keys }: { keys: Health["data_keys"] }) => (
  <Scroll label="Data keys" className="overflow-x-auto rounded-control border">
    <table className="w-full text-xs whitespace-nowrap">
      <thead className="bg-sunken text-left text-ink-3">
        <tr>
          {["Data key", "Wrapped by", "Made", "Wrapped", "Secrets"].map((head) => (
            <th key={head} scope="col" className="px-2.5 py-1.5 font-medium last:text-right">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <tr key={key.version} className="border-t">
            <th scope="row" className="px-2.5 py-1 text-left font-normal">
              <span className="num">Version {key.version}</span>
              {key.retired_at && <span className="text-ink-3">, retired</span>}
            </th>
            <td className="max-w-56 px-2.5 py-1">
              <Copy text={key.key_id} label={`Copy the id of the key around version ${key.version}`} />
            </td>
            <td className="px-2.5 py-1">
              <When at={key.made_at} clock="system" />
            </td>
            <td className="px-2.5 py-1">
              <When at={key.wrapped_at} clock="system" />
            </td>
            <td className="num px-2.5 py-1 text-right">{count(key.secrets)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
)
