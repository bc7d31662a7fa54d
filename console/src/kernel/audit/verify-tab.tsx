import { useQuery } from "@tanstack/react-query"
import { useCan } from "@/app/session"
import { Failed, Loading } from "@/ui/states"
import { BrowserCheck } from "./browser-check"
import { CheckpointsCard } from "./checkpoints-card"
import { readKey } from "./hashing"
import { KeyCard } from "./key-card"
import { publicKeyQuery } from "./queries"
import { ServerCheck } from "./server-check"
import { useTrustedKey } from "./trusted-key"

/** Making sure of the whole log: on the server, in this browser, and against a key kept elsewhere. */
export function VerifyTab() {
  const can = useCan()
  const own = useTrustedKey()
  const pem = useQuery(publicKeyQuery)
  if (pem.error && !pem.data) return <Failed error={pem.error} retry={() => void pem.refetch()} />
  if (!pem.data) return <Loading rows={6} />
  const stated = readKey(pem.data)
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <div className="flex flex-col gap-4">
        {can("kernel:audit:export") && <BrowserCheck verifyKey={own ?? stated} own={own !== null} />}
        <ServerCheck />
      </div>
      <div className="flex flex-col gap-4">
        <KeyCard pem={pem.data} stated={stated} />
        <CheckpointsCard />
      </div>
    </div>
  )
}
