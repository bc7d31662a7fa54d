import { useQuery } from "@tanstack/react-query"
import { useEffect, useRef, useState } from "react"
import { useOrganization } from "@/app/session"
import { Skeleton } from "@/ui/basics"
import { Sparkline } from "@/ui/chart"
import { seriesQuery } from "./queries"
import { inUnit } from "./words"

const HOURS = 336
const POINTS_MAX = 80

/** A figure's last value beside its course; fetched when it comes into sight, since each is measured anew. */
export function FigureCell({ source, unit }: { source: string; unit: string }) {
  const place = useRef<HTMLSpanElement>(null)
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    if (!place.current) return
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return
      setSeen(true)
      observer.disconnect()
    })
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [])
  const currency = useOrganization()?.currency ?? "USD"
  const series = useQuery({ ...seriesQuery(source, HOURS), enabled: seen })
  const points = series.data?.points
  const last = points?.at(-1)
  return (
    <span ref={place} className="flex items-center gap-3">
      {points === undefined && !series.error ? (
        <Skeleton className="h-6 w-40" />
      ) : last === undefined ? (
        <span className="text-xs text-ink-3">{series.error ? "Cannot be read" : "No values yet"}</span>
      ) : (
        <>
          <Sparkline values={thinned(points!.map(({ value }) => value))} className="h-6 w-24 shrink-0" />
          <span className="num">{inUnit(last.value, unit, currency)}</span>
        </>
      )}
    </span>
  )
}

/** As many points as a small line can show: of each stretch the one furthest from its neighbours' mean. */
export function thinned(values: number[], most = POINTS_MAX): number[] {
  if (values.length <= most) return values
  const width = values.length / most
  return Array.from({ length: most }, (_, place) => {
    const stretch = values.slice(Math.floor(place * width), Math.floor((place + 1) * width))
    const mean = stretch.reduce((sum, each) => sum + each, 0) / stretch.length
    return stretch.reduce((far, each) => (Math.abs(each - mean) > Math.abs(far - mean) ? each : far), stretch[0]!)
  })
}
