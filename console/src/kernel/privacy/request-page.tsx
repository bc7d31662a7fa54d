import { useMutation, useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { ArrowLeft, CircleAlert, Download } from "lucide-react"
import { useState } from "react"
import { api, once, query } from "@/api/client"
import { useCan } from "@/app/session"
import { Progress } from "@/kernel/tasks/state"
import { Card, Copy, Facts, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Confirm } from "@/ui/dialog"
import { download } from "@/ui/download"
import { actor, count } from "@/ui/format"
import { Page } from "@/ui/page"
import { Fetched } from "@/ui/states"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"
import { ErasurePreview } from "./erasure-preview"
import { useRefresh } from "./queries"
import { RequestResult } from "./request-result"
import { Due, isUnderWay, isWaiting, kindLabel, type Request, RequestState } from "./state"

const WORKING_MILLISECONDS = 1_000
const KIB = 1_024

/** One request of a person: what it is, what would happen, how far it is, what came of it. */
export function RequestPage({ id }: { id: string }) {
  const request = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/privacy/requests/{request_id}",
      { params: { path: { request_id: id } } },
      { refetchInterval: ({ state: { data } }) => (data && isUnderWay(data) ? WORKING_MILLISECONDS : false) },
    ),
  )
  const back = (
    <Link
      from="/privacy"
      to="/privacy"
      search={(now) => ({ ...now, request: undefined })}
      className="inline-flex items-center gap-1 hover:underline"
    >
      <ArrowLeft aria-hidden className="size-3.5" /> All requests
    </Link>
  )
  const title = request.data ? `${kindLabel(request.data.kind)} for ${request.data.person}` : "A request"
  return (
    <Page title={title} lead={back} actions={request.data && <Acts request={request.data} />}>
      <Fetched query={request}>{(data) => <Body request={data} />}</Fetched>
    </Page>
  )
}

function Body({ request }: { request: Request }) {
  return (
    <>
      <Card>
        <Facts
          items={[
            ["State", <RequestState key="state" state={request.state} />],
            ["To be answered", <Due key="due" request={request} />],
            ["Came", <When key="came" at={request.requested_at} />],
            ["Taken down by", actor(request.created_by)],
            ["Cases chosen", count(request.roots.length)],
            ...(request.confirmed_by ? [["Confirmed by", actor(request.confirmed_by)] satisfies [string, string]] : []),
            ...(request.ended_at
              ? ([["Ended", <When key="ended" at={request.ended_at} />]] as [string, React.ReactNode][])
              : []),
            ["How they asked", request.ground],
          ]}
        />
      </Card>
      {isUnderWay(request) && (
        <Card>
          <div role="status" className="flex flex-wrap items-center justify-between gap-3 text-[13px]">
            <span>
              {request.kind === "export" ? "A worker makes the copy." : "A worker erases it, table by table."} You may
              leave this page.
            </span>
            <span className="inline-flex items-center gap-3">
              <Progress value={request.progress} label="Progress of the request" />
              {request.task_id && (
                <Link to="/tasks" search={{ peek: request.task_id }} className="text-accent hover:underline">
                  Its task
                </Link>
              )}
            </span>
          </div>
        </Card>
      )}
      {request.state === "failed" && (
        <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
          It stopped before its end. What was done stays done; confirm it again to carry on, or look at{" "}
          {request.task_id ? (
            <Link to="/tasks" search={{ peek: request.task_id }} className="underline">
              its task
            </Link>
          ) : (
            "its task"
          )}
          .
        </Notice>
      )}
      {request.state === "refused" && (
        <Notice>
          Refused: {request.reason}. Tell them so, and that they may complain to the supervisory authority.
        </Notice>
      )}
      {request.kind === "export" && request.state === "done" && <TheCopy request={request} />}
      {request.state === "expired" && (
        <Notice>
          The copy could be taken for seven days and was then thrown away. Take down a new request for another.
        </Notice>
      )}
      {request.kind === "erasure" && isWaiting(request) && <ErasurePreview request={request} />}
      {request.kind === "erasure" && request.state === "done" && <RequestResult request={request} />}
    </>
  )
}

function TheCopy({ request }: { request: Request }) {
  return (
    <Card title="The copy">
      <Facts
        items={[
          ["What is in it", "A page to read, and a JSON file of each table"],
          ["Size", request.size ? `${count(Math.ceil(request.size / KIB))} KiB` : "–"],
          ["Thrown away", request.expires_at ? <When key="expires" at={request.expires_at} clock="system" /> : "–"],
          ["SHA-256", request.sha256 ? <Copy key="sha" text={request.sha256} label="Copy the SHA-256" /> : "–"],
        ]}
      />
      <p className="mt-3 text-xs text-ink-3">Whenever it is taken goes on record.</p>
    </Card>
  )
}

/** What may be done with a request where it stands. */
function Acts({ request }: { request: Request }) {
  const can = useCan()
  const refresh = useRefresh()
  const [refusing, setRefusing] = useState(false)
  const take = useMutation({
    mutationFn: async () => {
      const { data } = await api.GET("/api/v1/privacy/requests/{request_id}/file", {
        params: { path: { request_id: request.id } },
        parseAs: "blob",
      })
      if (data) download(`copy-${request.id}.zip`, data as Blob, "application/zip")
    },
    onError: (error) => toastError(error, "The copy could not be taken"),
  })
  const refuse = async (reason: string) => {
    await api.POST("/api/v1/privacy/requests/{request_id}/refuse", {
      params: { path: { request_id: request.id } },
      body: { reason, revision: request.revision },
      headers: once(),
    })
    await refresh()
    toast("The request is refused")
  }
  if (request.kind === "export" && request.state === "done")
    return (
      <Button variant="solid" busy={take.isPending} onClick={() => take.mutate()}>
        {!take.isPending && <Download aria-hidden />} Download the copy
      </Button>
    )
  if (!isWaiting(request) || !can("kernel:person:erase")) return null
  return (
    <>
      <Button onClick={() => setRefusing(true)}>Refuse</Button>
      <Confirm
        open={refusing}
        onClose={() => setRefusing(false)}
        title="Refuse this request?"
        confirm="Refuse"
        reason
        onConfirm={refuse}
      >
        Say what you will tell them: what must stay, why, and until when.
      </Confirm>
    </>
  )
}
