// The connection of an open page: a socket, opened again when it breaks; polling where none
// gets through.
//
// A page is {socket(), plain(), hear(frame), closed()}, and maybe visibilityChanged() and
// opened(). `status` is told direct(), upTo(when) or lost(since), and never more than is known.

import { startPolling } from "./polling.js"
import { reload } from "./reload.js"
import { openSocket } from "./socket.js"
import { backoff, MINUTE, PATIENCE, SECOND } from "./timing.js"

const HEARTBEAT = 25 * SECOND
const TICK = 5 * SECOND // Where the clock jumps further, the machine has slept.
const SHORT_PATIENCE = 5 * SECOND // With an answer, when someone has just come back to look.
const STABLE = 10 * SECOND // A socket that held this long did work.
const MAX_AGE = 10 // Seconds since the server's last look; from here it tells unasked.
const STALE = 40 * SECOND // Silence after which nothing is known.
const LET_GO = 90 * SECOND // … and after which the server ends a socket.
const UNSEEN = 10 * MINUTE // A tab hidden for this long keeps no socket.
const RESTART = 8 * SECOND // Pages come back spread over this.
const FAILED = 3
const RELOADS = [4404, 4409]
const RESTARTS = [1012, 4503]

/** Keep `page` true while it is open; how to say something to the server. */
export function connect(page, status) {
  let [socket, retry, polling, nap] = [null, null, null, null]
  let [failures, since, heard, said, ticked] = [0, 0, 0, 0, Date.now()]
  let known = Date.now() // When what the page shows was last known to be so.

  function open() {
    clearTimeout(retry)
    socket?.drop()
    retry = null
    since = 0
    heard = said = Date.now()
    socket = openSocket(page.socket(), hear, ended)
  }

  function hear(frame) {
    const isFirst = since === 0
    heard = Date.now()
    since ||= heard
    page.hear(frame)
    showAge(frame)
    if (!isFirst) return
    stopPolling()
    page.opened?.()
  }

  /** A look finds all there is; a heartbeat's answer says how old the last look is. */
  function showAge(frame) {
    const age = "seq" in frame || "order" in frame ? 0 : frame.database_age
    if (age === undefined) return
    known = Date.now() - age * SECOND
    if (age < MAX_AGE) status.direct()
    else status.upTo(known)
  }

  function ended(code) {
    socket = null
    page.closed()
    if (RELOADS.includes(code) && reload()) return
    failures = since && Date.now() - since > STABLE ? 0 : failures + 1
    pollIfNeeded()
    if (!polling) status.lost(known)
    const spread = RESTARTS.includes(code) ? Math.random() * RESTART : 0
    const wait = backoff(failures, polling ? 5 * MINUTE : 30 * SECOND)
    retry = setTimeout(open, Math.max(spread, wait))
  }

  function pollIfNeeded() {
    if (failures >= FAILED) polling ??= startPolling(page, answered)
  }

  function stopPolling() {
    polling?.stop()
    polling = null
  }

  function answered(isAnswer, wasLost) {
    if (!isAnswer) {
      status.lost(known)
      return
    }
    known = Date.now()
    status.upTo(known)
    if (wasLost && !socket) open() // The server is back: maybe for sockets too.
  }

  function say(frame, within = PATIENCE) {
    said = Date.now()
    return socket?.say(frame, within) ?? false
  }

  /** Someone looks again, or the network is back: ask at once. */
  function wake() {
    if (document.hidden) return
    clearTimeout(nap)
    if (Date.now() - known > STALE) status.upTo(known)
    pollIfNeeded()
    polling?.now()
    if (socket && Date.now() - heard < LET_GO) say({}, SHORT_PATIENCE)
    else open()
  }

  /** The browser says that there is no network. It may be mistaken. */
  function checkOffline() {
    status.lost(known)
    say({}, SHORT_PATIENCE)
  }

  function visibilityChanged() {
    page.visibilityChanged?.()
    clearTimeout(nap)
    if (document.hidden) nap = setTimeout(rest, UNSEEN)
    else wake()
  }

  /** Let go of everything until someone looks. */
  function rest() {
    clearTimeout(retry)
    retry = null
    stopPolling()
    socket?.drop()
    socket = null
    page.closed()
    status.upTo(known)
  }

  function tick() {
    const hasSlept = Date.now() - ticked > 3 * TICK
    ticked = Date.now()
    if (hasSlept && !document.hidden)
      wake() // Hidden tabs tick seldom, asleep or not.
    else if (since && ticked - said >= HEARTBEAT) say({})
  }

  document.addEventListener("visibilitychange", visibilityChanged)
  document.addEventListener("freeze", rest)
  document.addEventListener("resume", wake)
  addEventListener("pagehide", rest) // A page with a socket is not kept to come back to.
  addEventListener("pageshow", ({ persisted }) => persisted && wake())
  addEventListener("online", wake)
  addEventListener("offline", checkOffline)
  setInterval(tick, TICK)
  if (document.hidden) nap = setTimeout(rest, UNSEEN)
  open()
  return { say, ensureOpen: () => socket || wake() }
}
