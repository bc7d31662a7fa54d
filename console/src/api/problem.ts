/** What went wrong, in words that say what to do. Built from the API's problem+json (RFC 9457). */
export class ApiError extends Error {
  constructor(
    /** HTTP status; 0 where no answer came. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly remedy: string | null = null,
    /** The input at fault, as a path. */
    readonly field: string | null = null,
    readonly data: Record<string, unknown> = {},
    readonly errors: { field?: string; message?: string; detail?: string }[] = [],
    readonly requestId: string | null = null,
  ) {
    super(message)
  }

  static unreachable(): ApiError {
    return new ApiError(
      0,
      "unreachable",
      "The server does not answer.",
      "Check that it runs and that you are connected; this page tries again by itself.",
    )
  }

  /** Message and remedy in one line, for notices. */
  get sentence(): string {
    return this.remedy ? `${this.message} ${this.remedy}` : this.message
  }

  /** Whether asking again unchanged may help. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

const FALLBACK: Record<number, [string, string]> = {
  401: ["You are not signed in any more.", "Sign in again; nothing is lost."],
  403: ["Your role does not allow this.", "Ask an owner of the organisation."],
  404: ["This does not exist, or not any more.", "Go back and choose another."],
  409: ["This has changed since you opened it.", "Look at the new state and decide again."],
  413: ["This is larger than the server takes.", "Send less at once."],
  422: ["Something in the input is not right.", "Correct it and try again."],
  429: ["Too many requests in a short time.", "Wait a moment and try again."],
  503: ["The server cannot do this now.", "Try again in a moment."],
}

export async function readProblem(response: Response): Promise<ApiError> {
  const [detail, remedy] = FALLBACK[response.status] ?? [
    "The server failed.",
    "Try again; if it stays so, look at its log.",
  ]
  let problem: Record<string, unknown> = {}
  try {
    problem = await response.clone().json()
  } catch {
    // Not JSON: something between us and the server answered.
  }
  const text = (name: string) => (typeof problem[name] === "string" && problem[name] ? (problem[name] as string) : null)
  const retryAfter = response.headers.get("Retry-After")
  const wait = response.status === 429 && retryAfter ? `Try again in ${retryAfter} seconds.` : null
  return new ApiError(
    response.status,
    text("code") ?? `http_${response.status}`,
    text("detail") ?? detail,
    wait ?? text("remedy") ?? remedy,
    text("field"),
    (problem.data as Record<string, unknown> | undefined) ?? {},
    (problem.errors as { field?: string; message?: string }[] | undefined) ?? [],
    text("request_id"),
  )
}

/** Any thrown value as an ApiError. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError(-1, "page_failed", error instanceof Error ? error.message : String(error))
