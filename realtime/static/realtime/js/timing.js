// The times of the live layer, in milliseconds, and how long to wait before trying again.

export const SECOND = 1_000
export const MINUTE = 60 * SECOND
/** How long an answer may take. */
export const PATIENCE = 10 * SECOND

/** The wait before the next try: doubling, and spread so that pages don't return at once. */
export function backoff(failures, most) {
  return Math.min(most, SECOND * 2 ** failures) * (0.5 + Math.random() / 2)
}
