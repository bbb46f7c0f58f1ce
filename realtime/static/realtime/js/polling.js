// Plain HTTP where no socket gets through: one question at a time, often while there is news
// and someone looks.

import { deadline } from "../../forum/js/deadline.js"
import { reload } from "./reload.js"
import { backoff, MINUTE, PATIENCE, SECOND } from "./timing.js"

/**
 * Ask at `page.plain()` again and again. `answered` is told of each try whether an answer
 * came, and whether the tries before had failed.
 */
export function startPolling(page, answered) {
  let [timer, failures, isAsking, isOver, newsAt] = [null, 0, false, false, Date.now()]

  async function poll() {
    if (isAsking || isOver) return
    isAsking = true
    clearTimeout(timer)
    const frame = await ask(page.plain())
    isAsking = false
    if (isOver) return
    const wasLost = failures > 0
    failures = frame ? 0 : failures + 1
    try {
      if (frame && page.hear(frame)) newsAt = Date.now()
      answered(frame !== null, wasLost)
    } finally {
      if (!isOver) timer = setTimeout(poll, pause())
    }
  }

  function pause() {
    const quiet = Date.now() - newsAt
    if (failures) return backoff(failures + 1, MINUTE)
    if (document.hidden || quiet > 10 * MINUTE) return MINUTE
    return quiet > 2 * MINUTE ? 15 * SECOND : 4 * SECOND
  }

  function now() {
    newsAt = Date.now()
    poll()
  }

  function stop() {
    isOver = true
    clearTimeout(timer)
  }

  poll()
  return { now, stop }
}

/** What is answered at `url`; null where that is nothing of use, or not in time. */
async function ask(url) {
  try {
    const answer = await fetch(url, { signal: deadline(PATIENCE) })
    if ([404, 409].includes(answer.status)) reload()
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}
