import { useQuery } from "@tanstack/react-query"
import { CircleAlert, Equal, Hourglass, TrendingDown, TrendingUp } from "lucide-react"
import { Badge, Card, Facts, Notice, type Tone } from "@/ui/basics"
import { count, percent } from "@/ui/format"
import { Fetched } from "@/ui/states"
import { When } from "@/ui/when"
import { type Against, comparisonQuery } from "./queries"

const VERDICTS: Record<Against["verdict"], { word: string; tone: Tone; icon: typeof Equal }> = {
  better: { word: "Better than the champion", tone: "accent", icon: TrendingUp },
  worse: { word: "Worse than the champion", tone: "warn", icon: TrendingDown },
  same: { word: "As good as the champion", tone: "neutral", icon: Equal },
  "not yet": { word: "Not known yet", tone: "neutral", icon: Hourglass },
}

/** The champion against challenger and shadow on real cases; valid however often one looks. */
export function ComparisonCard({ modelId }: { modelId: string }) {
  const query = useQuery(comparisonQuery(modelId))
  return (
    <Card title="Which version is better?">
      <Fetched query={query} rows={3}>
        {(found) => (
          <div className="flex flex-col gap-4">
            {found.comparisons.map((each) => (
              <One key={each.version_id} of={each} />
            ))}
            {found.notes.map((note) => (
              <p key={note} className="text-[13px] text-ink-3">
                {note}
              </p>
            ))}
            {found.comparisons.length > 0 && (
              <p className="text-xs text-ink-3">
                {found.loss} Lower is better. The evidence holds however often you look: it is a wager against “no
                difference” that pays only if there is one.
              </p>
            )}
          </div>
        )}
      </Fetched>
    </Card>
  )
}

const loss = (value: number | null) => (value === null ? "–" : value.toFixed(4))

function One({ of }: { of: Against }) {
  const { word, tone, icon: Icon } = VERDICTS[of.verdict]
  const share = Math.min(1, Math.log(Math.max(1, of.evidence)) / Math.log(of.needed))
  return (
    <section aria-label={`Version ${of.version} as ${of.alias}`}>
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="text-[13px] font-semibold">
          Version {of.version}, {of.alias}
        </h3>
        <Badge tone={tone} icon={<Icon aria-hidden />}>
          {word}
        </Badge>
      </div>
      <p className="mt-1.5 text-[13px]">{of.words}</p>
      {of.split_suspect && (
        <Notice tone="warn" icon={<CircleAlert aria-hidden />} className="mt-2">
          Cases were not shared out as meant, so this comparison cannot be believed.
        </Notice>
      )}
      <div className="mt-2">
        <span aria-hidden className="block h-1.5 rounded-full bg-line">
          <span className="block h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
        </span>
        <p className="num mt-1 text-xs text-ink-3">
          Evidence {of.evidence.toLocaleString(undefined, { maximumSignificantDigits: 3 })} of {count(of.needed)} needed
          {of.verdict === "not yet" &&
            (of.more_cases === null
              ? "; at this rate nobody can say when"
              : `; about ${count(of.more_cases)} more cases`)}
        </p>
      </div>
      <Facts
        className="mt-3"
        items={[
          [`Loss of version ${of.champion_version}`, loss(of.champion_loss)],
          [`Loss of version ${of.version}`, loss(of.candidate_loss)],
          [
            "Lower by",
            of.difference === null ? "–" : `${loss(of.difference)} (${loss(of.lower)} to ${loss(of.upper)})`,
          ],
          ["Compared", `${count(of.pairs)} ${of.kind === "paired" ? "cases both answered" : "cases"}`],
          ["Waiting for outcomes", count(of.waiting)],
          ["Share of cases", percent(of.share)],
          ["Since", <When key="since" at={of.since} clock="system" />],
        ]}
      />
    </section>
  )
}
