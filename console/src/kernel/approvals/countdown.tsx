import { useEffect, useState } from "react"

const TICK_MILLISECONDS = 250

/** Whole seconds until a moment of the browser's time; 0 when it is over. */
export function useSecondsUntil(until: number): number {
  const [left, setLeft] = useState(() => remaining(until))
  useEffect(() => {
    const tick = () => setLeft(remaining(until))
    tick()
    const timer = setInterval(() => {
      tick()
      if (remaining(until) === 0) clearInterval(timer)
    }, TICK_MILLISECONDS)
    return () => clearInterval(timer)
  }, [until])
  return left
}

const remaining = (until: number) => Math.max(0, Math.ceil((until - Date.now()) / 1_000))

/** Seconds that run down. Assistive technology reads them once, not every second. */
export function Countdown({ until, before = "", after = "" }: { until: number; before?: string; after?: string }) {
  const left = useSecondsUntil(until)
  if (left === 0) return <span>Being carried out …</span>
  return (
    <span className="num">
      {before}
      {left} s{after}
    </span>
  )
}
