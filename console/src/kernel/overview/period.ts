export const PERIODS = ["day", "week", "month"] as const
export type Period = (typeof PERIODS)[number]

/** The name of a bucket on the axis: the hour within a day or a week, else the day. */
export const bucketName = (at: string, period: Period, timeZone: string): string =>
  new Date(at).toLocaleString(
    undefined,
    period !== "month"
      ? { weekday: "short", hour: "2-digit", minute: "2-digit", timeZone }
      : { day: "numeric", month: "short", timeZone },
  )
