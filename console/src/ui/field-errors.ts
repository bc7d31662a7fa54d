import { ApiError, asApiError } from "@/api/problem"

/** What the API says is wrong with one field of a form. */
export const fieldError = (error: unknown, field: string): string | null => {
  if (!(error instanceof ApiError)) return null
  const within = error.errors.find((each) => each.field === field || each.field === `body.${field}`)
  if (within) return within.message ?? within.detail ?? error.sentence
  return error.field === field || error.field === `body.${field}` ? error.sentence : null
}

/** What is wrong but with none of these fields. */
export const otherError = (error: unknown, fields: string[]): string | null =>
  error && !fields.some((field) => fieldError(error, field)) ? asApiError(error).sentence : null
