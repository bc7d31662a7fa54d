/** A day of business time, short: "12 Jun". */
export const dayText = (at: string, timeZone: string | undefined) =>
  new Date(at).toLocaleDateString(undefined, { day: "numeric", month: "short", timeZone })
