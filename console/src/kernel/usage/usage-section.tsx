import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { ChartColumn, X } from "lucide-react"
import { query } from "@/api/client"
import { Card, Notice } from "@/ui/basics"
import { Button } from "@/ui/button"
import { Select } from "@/ui/field"
import { Ranges } from "@/ui/ranges"
import { Empty, Failed, Loading } from "@/ui/states"
import { useNow } from "@/ui/when"
import { ExportButton } from "./export-button"
import { asReport, DAY, dayOf, daysBefore, everyDay, MEASURES, type Measure, VIEWS, type View } from "./figures"
import { Totals } from "./totals"
import { UsageChart } from "./usage-chart"
import { UsageTable } from "./usage-table"

const PERIODS = [7, 30, 90, 365] as const
const PERIOD = 30

interface Period {
  first: string
  last: string
}

/** What callers of the API used: by day, by caller and by area. */
export default function UsageSection() {
  const search = useSearch({ from: "/settings/$section" })
  const navigate = useNavigate({ from: "/settings/$section" })
  const today = dayOf(useNow())
  const view: View = VIEWS.find((each) => each === search.by) ?? "day"
  const measure: Measure = search.tab && search.tab in MEASURES ? (search.tab as Measure) : "requests"
  // Whose use alone is shown, such as "key:<id>".
  const caller = search.words
  const period = readPeriod(search, today)
  const days = useUsage("day", period, caller)
  const rows = useUsage(view, period, caller)
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), resetScroll: false })
  const choosePeriod = (length: number) =>
    set(
      length === PERIOD
        ? { first: undefined, last: undefined }
        : { first: daysBefore(today, length - 1), last: undefined },
    )
  const callerName = rows.data?.items.find(({ key }) => key === caller)?.name
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div>
          <h2 className="text-[15px] font-semibold">Usage</h2>
          <p className="text-xs text-ink-3">
            What people and programs asked of the API. Days are those of UTC; figures are a few seconds old.
          </p>
        </div>
        <ExportButton view={view} period={period} caller={caller} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <span className="w-40">
          <Select
            aria-label="Period"
            value={lengthOf(period, today)}
            onChange={(event) => choosePeriod(Number(event.target.value))}
          >
            {PERIODS.map((length) => (
              <option key={length} value={length}>
                Last {length} days
              </option>
            ))}
            <option value="0" disabled hidden>
              Own period
            </option>
          </Select>
        </span>
        <Ranges<Partial<Period>>
          label="Period of days"
          ranges={[{ low: "first", high: "last", labels: ["First day", "Last day"], as: "day" }]}
          search={{ first: search.first, last: search.last }}
          onChange={set}
        />
        {caller && (
          <Button onClick={() => set({ words: undefined })}>
            Only {callerName ?? "one caller"} <X />
            <span className="sr-only">: show all callers</span>
          </Button>
        )}
      </div>
      {days.error && !days.data ? (
        <Failed error={days.error} retry={() => void days.refetch()} />
      ) : !days.data ? (
        <Loading rows={6} />
      ) : days.data.total.requests === 0 && days.data.total.decisions === 0 ? (
        <Card>
          <Empty
            icon={<ChartColumn />}
            title="Nothing was used in this time"
            action={caller && <Button onClick={() => set({ words: undefined })}>Show all callers</Button>}
          >
            Each request to the API is counted under the person or the key that made it.
          </Empty>
        </Card>
      ) : (
        <>
          <Totals total={days.data.total} />
          <Card
            title={`${MEASURES[measure]} by day`}
            actions={
              <Select
                aria-label="What the chart shows"
                value={measure}
                onChange={(event) => set({ tab: event.target.value === "requests" ? undefined : event.target.value })}
              >
                {Object.entries(MEASURES).map(([value, label]) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </Select>
            }
          >
            <UsageChart measure={measure} days={everyDay(days.data.items, days.data.first, days.data.last)} />
          </Card>
          {rows.error && <Notice tone="warn">These figures are not of now: the server does not answer.</Notice>}
          <UsageTable
            view={view}
            report={rows.data}
            busy={rows.isPlaceholderData}
            chosen={caller}
            onView={(next) => set({ by: next === "day" ? undefined : next })}
            onCaller={(key) => set({ words: key, by: undefined })}
          />
        </>
      )}
    </>
  )
}

const useUsage = (by: View, { first, last }: Period, caller: string | undefined) =>
  useQuery(
    query.queryOptions(
      "get",
      "/api/v1/usage",
      { params: { query: { by, first, last, caller } } },
      {
        placeholderData: (old, before) => (sameView(before?.queryKey, by) ? keepPreviousData(old) : undefined),
        select: asReport,
      },
    ),
  )

/** Rows of another view are no stand-in: their keys mean something else. */
const sameView = (key: readonly unknown[] | undefined, by: View) =>
  (key?.[2] as { params: { query: { by: View } } } | undefined)?.params.query.by === by

function readPeriod(search: { first?: string; last?: string }, today: string): Period {
  const day = (value: string | undefined) => (value && DAY.test(value) ? value : undefined)
  const last = day(search.last) ?? today
  return { first: day(search.first) ?? daysBefore(last, PERIOD - 1), last }
}

/** Which of the offered periods this is; 0 for none. */
const lengthOf = ({ first, last }: Period, today: string) =>
  last === today ? (PERIODS.find((length) => daysBefore(today, length - 1) === first) ?? 0) : 0
