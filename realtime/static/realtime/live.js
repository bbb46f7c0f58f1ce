// Keeps an open page true. Without this file its reader reloads.
//
//   #posts[data-live][data-changes][data-seq][data-first][data-last]    a page of a thread
//   #threads[data-live][data-refresh] > #thread-7[data-seq]             a page of a list
//   #freshness, #fresh, #live-region      how fresh it is, what waits, what is said aloud
//
// A thread is answered {seq, elements: {id: html or null}, state}, a list {order, elements}.
// What comes twice or late does no harm. Nothing moves under the reader, and what someone
// is writing in is never replaced.

const [HEARTBEAT, PATIENCE, STANDS] = [25_000, 10_000, 10_000]
const [FAST, SLOW, FAILED, SILENT] = [4_000, 60_000, 3, 4408]
const RELOADS = [4404, 4409]
const ENTRY = "textarea, input, select, [contenteditable]"

let open = null // The page that is followed, if any.

/** Follow the thread or the list that this page shows. */
export function follow() {
  const posts = document.querySelector("#posts[data-live]")
  const threads = document.querySelector("#threads[data-live]")
  open = posts ? threadPage(posts) : threads ? listPage(threads) : null
  if (open) keep(open)
}

/** Apply what the form of a reply was answered; whether that reply now shows on this page. */
export function update(answer) {
  if (answer.reload || !open) return false
  open.hear(answer)
  return open.show(answer.number)
}

/** Milliseconds to the next try: doubling, and spread so that pages don't return at once. */
export function patience(failures, most = 30_000) {
  return Math.min(most, 1000 * 2 ** failures) * (0.5 + Math.random() / 2)
}

// ---------------------------------------------------------------- the line

function keep(page) {
  let [failures, retry, standIn, ask] = [0, null, null, () => {}]

  function connect() {
    retry = null
    const url = page.socket()
    url.protocol = url.protocol.replace("http", "ws")
    const socket = new WebSocket(url)
    const ended = new AbortController()
    const untilEnd = { signal: ended.signal }
    const heart = setInterval(() => ask(), HEARTBEAT)
    let doubt = setTimeout(end, PATIENCE, { code: SILENT }) // A dead line sends no close event.
    let since = 0

    ask = () => {
      if (doubt || socket.readyState !== WebSocket.OPEN) return
      socket.send("{}")
      doubt = setTimeout(end, PATIENCE, { code: SILENT })
    }
    function hear({ data }) {
      doubt = clearTimeout(doubt) ?? null
      since ||= Date.now()
      standIn = standIn?.stop() ?? null
      page.hear(JSON.parse(data))
      freshness.direct()
    }
    function end({ code }) {
      clearInterval(heart)
      clearTimeout(doubt)
      ended.abort()
      socket.close()
      if (RELOADS.includes(code) && reload()) return
      failures = since && Date.now() - since > STANDS ? 0 : failures + 1
      if (!standIn) freshness.lost()
      if (failures >= FAILED) standIn ??= standInFor(page)
      retry = setTimeout(connect, patience(failures))
    }
    socket.addEventListener("message", hear, untilEnd)
    socket.addEventListener("close", end, untilEnd)
  }

  function wake() {
    if (document.hidden) return
    standIn?.now()
    if (retry === null) return ask()
    clearTimeout(retry)
    connect()
  }
  document.addEventListener("visibilitychange", wake)
  addEventListener("online", wake)
  addEventListener("offline", () => freshness.lost())
  addEventListener("pageshow", ({ persisted }) => persisted && wake())
  connect()
}

/** Ask by plain HTTP, where sockets do not get through: fast while looked at, else slowly. */
function standInFor(page) {
  let [timer, failures, busy, stopped] = [null, 0, false, false]

  async function poll() {
    if (busy) return
    busy = true
    clearTimeout(timer)
    try {
      const answer = await fetch(page.plain(), { signal: AbortSignal.timeout(PATIENCE) })
      if ([404, 409].includes(answer.status)) reload()
      if (!answer.ok) throw new Error(answer.status)
      const news = await answer.json()
      if (stopped) return
      page.hear(news)
      failures = 0
      freshness.upTo()
    } catch {
      failures += 1
      if (!stopped) freshness.lost()
    } finally {
      busy = false
      const wait = failures ? patience(failures + 1, SLOW) : document.hidden ? SLOW : FAST
      if (!stopped) timer = setTimeout(poll, wait)
    }
  }
  poll()
  function stop() {
    stopped = true
    clearTimeout(timer)
  }
  return { now: poll, stop }
}

/** Load the page again, unless that was just tried: whether it will. */
function reload() {
  const slot = `reloaded ${location.pathname}`
  try {
    if (Date.now() - Number(sessionStorage.getItem(slot)) < 10_000) return false
    sessionStorage.setItem(slot, Date.now())
  } catch {
    return false // Without a memory it might do so for ever.
  }
  location.reload()
  return true
}

function address(path, params) {
  const url = new URL(path, location)
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url
}

// ---------------------------------------------------------------- a thread: a stream

function threadPage(list) {
  const [first, last] = [Number(list.dataset.first), Number(list.dataset.last)]
  const [held, beyond, late] = [new Map(), new Set(), new Map()]
  let [count, where] = [Number(document.getElementById("fresh")?.dataset.posts), ""]

  function hear({ seq, elements, state }) {
    if (seq <= Number(list.dataset.seq)) return
    for (const [id, html] of Object.entries(elements)) put(id, html)
    list.dataset.seq = seq
    where = state.address
    count = Math.max(count, state.posts)
    bar.say(held.size + beyond.size, release)
  }

  function put(id, html) {
    const shown = document.getElementById(id)
    if (shown && isWrittenIn(shown)) late.set(id, html)
    else if (shown) html === null ? shown.remove() : replace(shown, html)
    else if (html === null) held.delete(id)
    else if (id.startsWith("post-")) arrive(id, html, Number(id.slice(5)))
  }

  function arrive(id, html, number) {
    const isNew = !held.has(id) && (number > count || (number >= first && number <= last))
    if (number > last && isNew) beyond.add(number)
    if (number >= first && number <= last) {
      if (held.size || wouldMoveTheReader()) held.set(id, html)
      else slideIn(insert(html, number))
    }
    if (isNew) announce(number, parse(html))
  }

  function wouldMoveTheReader() {
    const active = document.activeElement
    const isWriting = active?.matches(ENTRY) && !list.contains(active)
    return isWriting || list.getBoundingClientRect().bottom < 0
  }

  function insert(html, number) {
    const next = [...list.children].find((post) => Number(post.dataset.number) > number)
    const post = parse(html)
    list.insertBefore(post, next ?? null)
    return post
  }

  /** Show what was held back, or go to the page where the rest stands. */
  function release() {
    const posts = letIn()
    if (posts.length) bringBefore(posts[0])
    else if (beyond.size) {
      const number = Math.min(...beyond)
      const page = Math.ceil(number / (last - first + 1))
      location.assign(Object.assign(address(where, { page }), { hash: `post-${number}` }))
    }
    bar.say(beyond.size, release)
  }

  function letIn() {
    const waiting = [...held].sort(([a], [b]) => Number(a.slice(5)) - Number(b.slice(5)))
    held.clear()
    return waiting.map(([id, html]) => insert(html, Number(id.slice(5))))
  }

  function show(number) {
    hush(number)
    beyond.delete(number)
    letIn().forEach(slideIn)
    const post = document.getElementById(`post-${number}`)
    if (post) bringBefore(post)
    bar.say(beyond.size, release)
    return post !== null
  }

  function catchUp() {
    const waiting = [...late]
    late.clear()
    waiting.forEach(([id, html]) => put(id, html))
  }

  document.addEventListener("focusout", () => setTimeout(catchUp))
  return {
    hear,
    show,
    socket: () => address(list.dataset.live, { after: list.dataset.seq }),
    plain: () => address(list.dataset.changes, { after: list.dataset.seq }),
  }
}

// ---------------------------------------------------------------- a list: a state

function listPage(list) {
  const [waiting, lifted] = [new Map(), new Set()]
  let order = []

  const rows = () => [...list.querySelectorAll(":scope > [id^=thread-]")]
  const known = () => rows().map((row) => `${row.id.slice(7)}:${row.dataset.seq}`).join()

  function hear(answer) {
    order = answer.order.map((pk) => `thread-${pk}`)
    for (const [id, html] of Object.entries(answer.elements)) put(id, html)
    for (const id of waiting.keys()) if (!order.includes(id)) waiting.delete(id)
    const inPlace = rows().map((row) => row.id).join() === order.join()
    if (inPlace) lifted.clear()
    else if (scrollY < 80 && !list.contains(document.activeElement)) return arrange()
    bar.say(waiting.size + lifted.size, arrange)
  }

  function put(id, html) {
    const shown = document.getElementById(id)
    if (html === null) return shown?.remove()
    if (!shown) return waiting.set(id, html)
    if (rows().findIndex((row) => row.id === id) !== order.indexOf(id)) lifted.add(id)
    replace(shown, html)
  }

  function arrange() {
    let next = list.firstElementChild
    for (const id of order) {
      const row = document.getElementById(id) ?? parse(waiting.get(id))
      if (row === next) next = next.nextElementSibling
      else list.insertBefore(row, next)
      if (waiting.delete(id) || lifted.delete(id)) slideIn(row)
    }
    document.querySelector("main .empty")?.toggleAttribute("hidden", order.length > 0)
    bar.say(0)
  }

  return {
    hear,
    show: () => false,
    socket: () => address(list.dataset.live, { connus: known() }),
    plain: () => address(list.dataset.refresh, { connus: known() }),
  }
}

// ---------------------------------------------------------------- elements

function parse(html) {
  const template = document.createElement("template")
  template.innerHTML = html.trim()
  return template.content.firstElementChild
}

/** Put ``html`` in the place of ``shown``; menus stay open and the focus stays where it was. */
function replace(shown, html) {
  const fresh = parse(html)
  const parts = (root, what) => [...root.querySelectorAll(what)]
  const focusable = "a, button, summary, input"
  const focused = parts(shown, focusable).indexOf(document.activeElement)
  const menus = parts(fresh, "details")
  parts(shown, "details").forEach((menu, n) => menus[n] && (menus[n].open = menu.open))
  shown.replaceWith(fresh)
  if (focused >= 0) parts(fresh, focusable)[focused]?.focus({ preventScroll: true })
}

function isWrittenIn(element) {
  const isTyped = (field) => field.value !== field.defaultValue
  const active = document.activeElement
  return (element.contains(active) && active.matches("textarea, input, select")) ||
    [...element.querySelectorAll("textarea")].some(isTyped)
}

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches

function slideIn(element) {
  const from = { opacity: 0, transform: "translateY(0.75rem)" }
  if (!isCalm()) element.animate([from, {}], { duration: 300, easing: "ease-out" })
}

function bringBefore(element) {
  element.focus({ preventScroll: true })
  element.scrollIntoView({ block: "nearest", behavior: isCalm() ? "auto" : "smooth" })
}

// ---------------------------------------------------------------- what the reader is told

const text = (element, name, values = {}) =>
  (element?.dataset[name] ?? "").replace(/\{(\w+)\}/g, (_, word) => values[word])

const bar = {
  say(count, act) {
    const button = document.getElementById("fresh")
    if (!button) return
    button.hidden = count === 0
    button.onclick = act
    if (count) button.textContent = text(button, count === 1 ? "one" : "many", { n: count })
  },
}

const freshness = {
  chip: document.getElementById("freshness"),
  lostAt: 0,
  say(state, values) {
    if (!this.chip) return
    this.chip.hidden = false
    this.chip.dataset.state = state
    this.chip.textContent = text(this.chip, state, values)
  },
  direct() {
    this.lostAt = 0
    this.say("direct")
  },
  upTo() {
    this.lostAt = 0
    const [h, mm] = new Date().toTimeString().split(":")
    this.say("upto", { time: text(this.chip, "clock", { h: Number(h), mm }) })
  },
  lost() {
    this.lostAt ||= Date.now()
    const n = Math.floor((Date.now() - this.lostAt) / 60_000)
    this.say(n ? "offline" : "retry", { n })
  },
}
setInterval(() => freshness.lostAt && freshness.lost(), 15_000)

let [sayings, speaking] = [[], null]

/** Say one thing at a time, and not before the writer's own page has had time to hush it. */
function announce(number, post) {
  const name = post.querySelector("h2")?.textContent
  sayings.push({ number, words: text(freshness.chip, "reply", { name }) })
  speaking ??= setTimeout(speak, 700)
}

function hush(number) {
  sayings = sayings.filter((saying) => saying.number !== number)
}

function speak() {
  const [saying, region] = [sayings.shift(), document.getElementById("live-region")]
  if (saying && region) region.textContent = saying.words
  speaking = saying ? setTimeout(speak, 3000) : null
}
