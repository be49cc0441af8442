import type { components } from './generated/schema'

export type Problem = components['schemas']['ProblemDetails']

/** The one error of this application: what the server said (RFC 9457), or that it did not answer (status 0). */
export class ApiError extends Error {
  override name = 'ApiError'
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint?: string,
    readonly fields: NonNullable<Problem['errors']> = [],
    readonly request?: string,
    /** Seconds that the server asks to wait. */
    readonly retryAfter?: number,
    /** The server's page about the code. */
    readonly help?: string,
  ) {
    super(message)
  }

  /** Asking again may succeed without anything else having changed. */
  get passing(): boolean {
    return [0, 429, 502, 503, 504].includes(this.status)
  }

  /** The server decided: it is gone, or not for this person. What was read before is no answer any more. */
  get refusal(): boolean {
    return this.status >= 400 && this.status < 500 && !this.passing
  }
}

export function unreachable(): ApiError {
  return new ApiError(0, 'unreachable', 'the server does not answer', 'the page tries again by itself')
}

export async function errorOf(response: Response): Promise<ApiError> {
  const body: Partial<Problem> = await response.json().catch(() => ({}))
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new ApiError(
    response.status,
    body.code ?? `http_${response.status}`,
    body.detail ?? (response.statusText || `the server answered ${response.status}`),
    body.hint ?? undefined,
    body.errors ?? [],
    body.instance,
    Number.isFinite(wait) ? wait : undefined,
    body.type?.startsWith('/errors/') ? body.type : undefined,
  )
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return new ApiError(-1, 'page_failed', error instanceof Error ? error.message : String(error))
}
