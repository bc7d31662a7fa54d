import { useMutation, useQueryClient } from "@tanstack/react-query"
import { MailCheck, Send } from "lucide-react"
import { api, once, type Schema } from "@/api/client"
import { Badge } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Menu } from "@/ui/menu"
import { toast, toastError } from "@/ui/toast"
import { When } from "@/ui/when"

type How = NonNullable<Schema["LetterView"]["sent_how"]>

export const HOW_SENT: Record<How, string> = {
  post: "By post",
  email: "By e-mail",
  link: "By link",
  handed: "Handed over",
}

/** Whether a cached answer is about letters or notices that are owed. */
export const aboutLetters = ({ queryKey }: { queryKey: readonly unknown[] }) =>
  typeof queryKey[1] === "string" && /^\/api\/v1\/lending\/(letters|notices)/.test(queryKey[1])

/** A button that puts on record how letters went out; nothing is sent by it. */
export function MarkSent({
  ids,
  label,
  small,
  onDone,
}: {
  ids: string[]
  /** Of what, for assistive technology. */
  label: string
  small?: boolean
  onDone?: () => void
}) {
  const client = useQueryClient()
  const mark = useMutation({
    mutationFn: (how: How) =>
      api.POST("/api/v1/lending/letters/sent", { body: { letter_ids: ids, how }, headers: once() }),
    onSuccess: () => {
      toast(ids.length === 1 ? "On record as sent" : `${ids.length} letters are on record as sent`)
      onDone?.()
    },
    onError: (error) => toastError(error),
    onSettled: () => client.invalidateQueries({ predicate: aboutLetters }),
  })
  return (
    <Menu
      label={`How ${label} went out`}
      trigger={
        <Button size={small ? "sm" : undefined} busy={mark.isPending}>
          {!mark.isPending && <Send />} {ids.length > 1 ? `Mark ${ids.length} as sent` : "Mark as sent"}
          <span className="sr-only"> {label}</span>
        </Button>
      }
      items={Object.entries(HOW_SENT).map(([how, words]) => ({ label: words, run: () => mark.mutate(how as How) }))}
    />
  )
}

/** Whether a letter went out, and how. */
export const Sent = ({ letter }: { letter: Schema["LetterView"] }) =>
  letter.sent_at ? (
    <span className="flex items-center gap-2">
      <Badge icon={<MailCheck />}>{letter.sent_how ? HOW_SENT[letter.sent_how] : "Sent"}</Badge>
      <When at={letter.sent_at} className="text-xs" />
    </span>
  ) : letter.due_at ? (
    <Badge tone="warn">
      Due <When at={letter.due_at} />
    </Badge>
  ) : (
    <span className="text-ink-3">Not on record</span>
  )
