// A time limit for requests. `AbortSignal.timeout` is younger than browsers that come here.

/** A signal that aborts after `ms`. */
export function deadline(ms) {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), ms)
  return controller.signal
}
