import { useQueryClient } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { api, once } from "@/api/client"
import { Confirm } from "@/ui/dialog"
import { count } from "@/ui/format"
import { toast } from "@/ui/toast"
import { statusQuery } from "./session"

export type SwitchAct = "start" | "stop" | "halt"

interface Wording {
  title: string
  confirm: string
  danger: boolean
  done: string
  consequences: (queued: number) => ReactNode
}

const WORDINGS: Record<SwitchAct, Wording> = {
  start: {
    title: "Start the business?",
    confirm: "Start",
    danger: false,
    done: "Running again",
    consequences: (queued) => (
      <>What has waited is decided in order, oldest first. {count(queued)} planned effects go out.</>
    ),
  },
  stop: {
    title: "Stop the business?",
    confirm: "Stop",
    danger: true,
    done: "Stopped: nothing new acts until you start it again",
    consequences: (queued) => (
      <>
        Nothing new is decided or done by itself; what comes in waits. {count(queued)} planned effects are still carried
        out. Answers can be given once it runs again.
      </>
    ),
  },
  halt: {
    title: "Emergency stop?",
    confirm: "Halt everything now",
    danger: true,
    done: "Halted: no call goes out any more",
    consequences: (queued) => (
      <>
        Within a second no call to the outside starts, and calls under way are broken off: their fate is then unknown,
        and a person must say what happened. {count(queued)} planned effects wait.
      </>
    ),
  },
}

/** Turn the switch, after saying what follows. */
export default function SwitchDialog({
  act,
  queued,
  onClose,
}: {
  act: SwitchAct
  queued: number
  onClose: () => void
}) {
  const client = useQueryClient()
  const wording = WORDINGS[act]
  const run = async (reason: string) => {
    await api.POST(`/api/admin/autonomous-business/${act}`, { body: { reason }, headers: once() })
    await client.invalidateQueries({ queryKey: statusQuery.queryKey })
    toast(wording.done)
  }
  return (
    <Confirm
      open
      onClose={onClose}
      title={wording.title}
      confirm={wording.confirm}
      danger={wording.danger}
      reason
      onConfirm={run}
    >
      {wording.consequences(queued)}
    </Confirm>
  )
}
