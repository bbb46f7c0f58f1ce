// The line of an open page: a socket, mended when it breaks; plain HTTP where none gets through.
//
// A page is {socket(), plain(), hear(frame), closed()}, and maybe glance() and opened(). Its
// `freshness` is told direct(), upTo(when) or lost(since), and never more than is known.

const [SECOND, MINUTE] = [1_000, 60_000]
const HEARTBEAT = 25 * SECOND
const TICK = 5 * SECOND // Where the clock jumps further, the machine has slept.
const PATIENCE = 10 * SECOND // With an answer…
const BRIEF = 5 * SECOND // … and when someone has just come back to look.
const STANDS = 10 * SECOND // A line that held this long did work.
const LATE = 10 // Seconds since the server's last look; from here it tells unasked.
const STALE = 40 * SECOND // Silence after which nothing is known.
const LET_GO = 90 * SECOND // … and after which the server ends a line.
const UNSEEN = 10 * MINUTE // A tab hidden for this long keeps no line.
const RESTART = 8 * SECOND // Pages come back spread over this.
const FAILED = 3
const RELOADS = [4404, 4409]
const RESTARTS = [1012, 4503]
const SILENT = 4408

/** Keep ``page`` true while it is open; how to say something on its line. */
export function keep(page, freshness) {
  let [line, retry, standIn, nap] = [null, null, null, null]
  let [failures, since, heard, said, ticked] = [0, 0, 0, 0, Date.now()]
  let known = Date.now() // When what the page shows was last known to be so.

  function connect() {
    clearTimeout(retry)
    line?.drop()
    retry = null
    since = 0
    heard = said = Date.now()
    line = openLine(page.socket(), hear, ended)
  }

  function hear(frame) {
    const isFirst = since === 0
    heard = Date.now()
    since ||= heard
    page.hear(frame)
    judge(frame)
    if (!isFirst) return
    standIn = standIn?.stop() ?? null
    page.opened?.()
  }

  /** A look finds all there is; a heartbeat's answer says how old the last look is. */
  function judge(frame) {
    const late = "seq" in frame || "order" in frame ? 0 : frame.late
    if (late === undefined) return
    known = Date.now() - late * SECOND
    if (late < LATE) freshness.direct()
    else freshness.upTo(known)
  }

  function ended(code) {
    line = null
    page.closed()
    if (RELOADS.includes(code) && reload()) return
    failures = since && Date.now() - since > STANDS ? 0 : failures + 1
    standInIfNeeded()
    if (!standIn) freshness.lost(known)
    const spread = RESTARTS.includes(code) ? Math.random() * RESTART : 0
    const wait = patience(failures, standIn ? 5 * MINUTE : 30 * SECOND)
    retry = setTimeout(connect, Math.max(spread, wait))
  }

  function standInIfNeeded() {
    if (failures >= FAILED) standIn ??= standInFor(page, answered)
  }

  function answered(isAnswer, wasLost) {
    if (!isAnswer) return freshness.lost(known)
    known = Date.now()
    freshness.upTo(known)
    if (wasLost && !line) connect() // The server is back: maybe for sockets too.
  }

  function say(frame, within = PATIENCE) {
    said = Date.now()
    return line?.say(frame, within) ?? false
  }

  /** Someone looks again, or the network is back: ask at once. */
  function wake() {
    if (document.hidden) return
    clearTimeout(nap)
    if (Date.now() - known > STALE) freshness.upTo(known)
    standInIfNeeded()
    standIn?.now()
    if (line && Date.now() - heard < LET_GO) say({}, BRIEF)
    else connect()
  }

  /** The browser says that there is no network. It may be mistaken. */
  function doubt() {
    freshness.lost(known)
    say({}, BRIEF)
  }

  function glance() {
    page.glance?.()
    clearTimeout(nap)
    if (document.hidden) nap = setTimeout(rest, UNSEEN)
    else wake()
  }

  /** Let go of everything until someone looks. */
  function rest() {
    clearTimeout(retry)
    retry = null
    standIn = standIn?.stop() ?? null
    line?.drop()
    line = null
    page.closed()
    freshness.upTo(known)
  }

  function tick() {
    const hasSlept = Date.now() - ticked > 3 * TICK
    ticked = Date.now()
    if (hasSlept && !document.hidden) return wake() // Hidden tabs tick seldom, asleep or not.
    if (since && ticked - said >= HEARTBEAT) say({})
  }

  document.addEventListener("visibilitychange", glance)
  document.addEventListener("freeze", rest)
  document.addEventListener("resume", wake)
  addEventListener("pagehide", rest) // A page with a line is not kept to come back to.
  addEventListener("pageshow", ({ persisted }) => persisted && wake())
  addEventListener("online", wake)
  addEventListener("offline", doubt)
  setInterval(tick, TICK)
  if (document.hidden) nap = setTimeout(rest, UNSEEN)
  connect()
  return { say, stir: () => line || wake() }
}

/** Milliseconds to the next try: doubling, and spread so that pages don't return at once. */
function patience(failures, most) {
  return Math.min(most, SECOND * 2 ** failures) * (0.5 + Math.random() / 2)
}

// ---------------------------------------------------------------- one socket

/** A socket until its end, which is told once. A dead one sends no close event: what is said
 * on it must be answered in time, by whatever frame. */
function openLine(url, hear, ended) {
  url.protocol = url.protocol.replace("http", "ws")
  const socket = new WebSocket(url)
  const over = new AbortController()
  let [doubt, due] = [null, Infinity]

  function expectWord(within) {
    if (Date.now() + within >= due) return // It is awaited already.
    clearTimeout(doubt)
    due = Date.now() + within
    doubt = setTimeout(end, within, { code: SILENT })
  }
  function say(frame, within) {
    if (socket.readyState !== WebSocket.OPEN) return false
    socket.send(JSON.stringify(frame))
    expectWord(within)
    return true
  }
  function drop() {
    clearTimeout(doubt)
    over.abort()
    socket.close()
  }
  function end({ code }) {
    drop()
    ended(code)
  }
  function receive({ data }) {
    clearTimeout(doubt)
    due = Infinity
    hear(JSON.parse(data))
  }

  socket.addEventListener("message", receive, { signal: over.signal })
  socket.addEventListener("close", end, { signal: over.signal })
  expectWord(PATIENCE)
  return { say, drop }
}

// ---------------------------------------------------------------- plain HTTP

/** Ask by plain HTTP, one question at a time: often while there is news and someone looks. */
function standInFor(page, answered) {
  let [timer, failures, isAsking, isOver, stirred] = [null, 0, false, false, Date.now()]

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
      if (frame && page.hear(frame)) stirred = Date.now()
      answered(frame !== null, wasLost)
    } finally {
      if (!isOver) timer = setTimeout(poll, pause())
    }
  }
  function pause() {
    const quiet = Date.now() - stirred
    if (failures) return patience(failures + 1, MINUTE)
    if (document.hidden || quiet > 10 * MINUTE) return MINUTE
    return quiet > 2 * MINUTE ? 15 * SECOND : 4 * SECOND
  }
  function now() {
    stirred = Date.now()
    poll()
  }
  function stop() {
    isOver = true
    clearTimeout(timer)
  }
  poll()
  return { now, stop }
}

/** What is answered at ``url``; null where that is nothing of use, or not in time. */
async function ask(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) })
    if ([404, 409].includes(answer.status)) reload()
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}

// ---------------------------------------------------------------- loading again

/** Load the page again, unless that was just tried or would lose what is typed; whether it will. */
function reload() {
  const isSafe = document.dispatchEvent(new Event("reloading", { cancelable: true }))
  if (!isSafe || wasJustTried()) return false
  location.reload()
  return true
}

function wasJustTried() {
  const slot = `reloaded ${location.pathname}`
  try {
    const last = Number(sessionStorage.getItem(slot))
    if (Date.now() - last < 10 * SECOND) return true
    sessionStorage.setItem(slot, Date.now())
    return false
  } catch {
    return true // Without a memory it might do so for ever.
  }
}
