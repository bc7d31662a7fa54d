import { CircleAlert, RefreshCw } from "lucide-react"
import { asApiError } from "@/api/problem"
import { Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, words } from "@/ui/format"
import { When } from "@/ui/when"

/** Why an act was not done; where somebody was faster, who did what, and the way on. */
export function ActProblem({ error, onAccept }: { error: unknown; onAccept: () => void }) {
  const problem = asApiError(error)
  if (problem.code === "loan_changed") {
    const { by, type, at } = problem.data
    return (
      <Notice tone="warn" icon={<RefreshCw aria-hidden />}>
        <div role="alert">
          <p>
            {typeof by === "string" && typeof type === "string" ? (
              <>
                <strong className="font-semibold">{actor(by)}</strong> was faster: a {words(type).toLowerCase()} was
                recorded {typeof at === "string" && <When at={at} className="text-inherit" />}.
              </>
            ) : (
              problem.message
            )}{" "}
            What you typed is still here, and the figures are of the loan as it is now.
          </p>
          <Button size="sm" className="mt-2" onClick={onAccept}>
            Go on with the loan as it is now
          </Button>
        </div>
      </Notice>
    )
  }
  return (
    <Notice tone="bad" icon={<CircleAlert aria-hidden />}>
      <span role="alert">{problem.sentence}</span>
    </Notice>
  )
}

/** The field that an error is about, as the forms here name their fields. */
export const fieldOf = (error: unknown): string | null =>
  error ? (asApiError(error).field?.replace(/^(body\.)?(parameters\.)?/, "") ?? null) : null
