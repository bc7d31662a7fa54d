import { useQuery } from "@tanstack/react-query"
import { query, type Schema } from "@/api/client"
import { Copy, Facts } from "@/ui/basics"
import { Button } from "@/ui/button"
import { actor, count } from "@/ui/format"
import { Scroll } from "@/ui/scroll"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { actWords } from "./acts"
import { LeafProof, SEALING_MILLISECONDS } from "./proof-card"
import type { AuditSearch } from "./search"
import { SubjectLink } from "./subject-link"

/** One entry: what was done, the text that was hashed, and the proof that it stands in the log. */
export function EntryPeek({ leafId, onFilter }: { leafId: string; onFilter: (change: Partial<AuditSearch>) => void }) {
  const leaf = useQuery(
    query.queryOptions(
      "get",
      "/api/v1/audit/{leaf_id}",
      { params: { path: { leaf_id: leafId } } },
      {
        staleTime: 20_000,
        refetchInterval: ({ state }) => (state.data?.checkpoint === null ? SEALING_MILLISECONDS : false),
      },
    ),
  )
  return <Fetched query={leaf}>{(data) => <Entry leaf={data} onFilter={onFilter} />}</Fetched>
}

function Entry({ leaf, onFilter }: { leaf: Schema["LeafDetail"]; onFilter: (change: Partial<AuditSearch>) => void }) {
  const { body } = leaf
  return (
    <div className="flex flex-col gap-5">
      <div>
        <h2 className="text-base font-semibold">{body ? actWords(body.act) : "Erased by law"}</h2>
        <p className="mono text-xs text-ink-3">{body?.act}</p>
      </div>
      {body && (
        <>
          <Facts
            items={[
              [
                "By",
                <span key="actor" title={body.actor}>
                  {actor(body.actor)}
                </span>,
              ],
              ["Subject", <SubjectLink key="subject" subject={body.subject} />],
              ["Written", <When key="at" at={leaf.recorded_at} clock="system" />],
              ["Sealed by checkpoint", leaf.checkpoint ? count(leaf.checkpoint) : "not yet"],
            ]}
          />
          <div className="flex flex-wrap gap-1.5">
            <Button size="sm" onClick={() => onFilter({ actor: body.actor })}>
              Only by this actor
            </Button>
            <Button size="sm" onClick={() => onFilter({ subject: body.subject })}>
              Only about this subject
            </Button>
          </div>
        </>
      )}
      <section>
        <h3 className="mb-1.5 text-[13px] font-semibold">Proof</h3>
        <LeafProof leafId={leaf.id} sealed={leaf.checkpoint !== null} />
      </section>
      <section>
        <h3 className="mb-1.5 text-[13px] font-semibold">What was written</h3>
        {leaf.body_text === null ? (
          <p className="text-[13px] text-ink-3">The text was erased by law. Its hash stands in the log as it was.</p>
        ) : (
          <Scroll label="Text of the entry" className="max-h-80 overflow-auto rounded-control border bg-sunken p-3">
            <pre className="mono text-xs whitespace-pre-wrap break-all">{pretty(leaf.body_text)}</pre>
          </Scroll>
        )}
      </section>
      <p className="text-xs text-ink-3">
        Entry <Copy text={leaf.id} label="Copy id" />
      </p>
    </div>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
