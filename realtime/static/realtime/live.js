// Keeps an open page true. Without this file its reader reloads.
//
//   #posts[data-live][data-changes][data-seq][data-first][data-last]    a page of a thread
//   #threads[data-live][data-refresh] > #thread-7[data-seq]             a page of a list
//   .company, #badge      who reads, who writes, what waits elsewhere
//   #freshness, #fresh, #live-region      how fresh it is, what waits, what is said aloud
//
// Frames are those of realtime/README.md. What comes twice or late does no harm. Nothing moves
// under the reader, and what someone is writing in is never replaced.

// Django finds imports by their semicolon when it gives files their hashed names.
import { keep } from "./line.js";

const ENTRY = "textarea, input, select, [contenteditable]"
const PAUSE = 3_000 // Between two frames that say the same kind of thing.

let [open, line] = [null, null] // The page that is followed, if any, and its line.

/** Follow the thread or the list that this page shows. */
export function follow() {
  const posts = document.querySelector("#posts[data-live]")
  const threads = document.querySelector("#threads[data-live]")
  open = posts ? threadPage(posts) : threads ? listPage(threads) : null
  if (open) line = keep({ ...open, hear, closed }, freshness)
  document.addEventListener("visibilitychange", () => badge.entitle())
}

/** Apply what the form of a reply was answered; whether that reply now shows on this page. */
export function update(answer) {
  if (answer.reload || !open) return false
  open.hear(answer)
  line.stir()
  return open.show(answer.number)
}

/** Apply a frame; whether it was news. */
function hear(frame) {
  if ("badge" in frame) badge.show(frame.badge)
  if ("seq" in frame || "order" in frame) return open.hear(frame)
  for (const [id, html] of Object.entries(frame.elements ?? {})) {
    const shown = document.getElementById(id)
    if (shown && html) replace(shown, html)
  }
  return false
}

/** Without a line nobody knows any more who reads or writes. */
function closed() {
  for (const state of document.querySelectorAll(".company")) state.replaceChildren()
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
    if (seq <= Number(list.dataset.seq)) return false
    steadily(list, () => Object.entries(elements).forEach(([id, html]) => put(id, html)))
    list.dataset.seq = seq
    list.dataset.locked = state.locked
    list.dispatchEvent(new Event("changed")) // For the composer, which may have to close.
    where = state.address
    count = Math.max(count, state.posts)
    bar.say(held.size + beyond.size, release)
    return true
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
    list.style.paddingBottom = ""
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
  const place = () => ({ after: list.dataset.seq })
  return {
    hear,
    show,
    plain: () => address(list.dataset.changes, place()),
    ...reader(list, (looks) => address(list.dataset.live, { ...place(), ...looks })),
  }
}

// ---------------------------------------------------------------- what a thread's page tells

/** Tell that the page is looked at and, of people, that they write and how far they read. */
function reader(list, socketAt) {
  const isSomeone = Boolean(document.body.dataset.person)
  let [isLit, shown, wroteAt] = [false, 0, 0]

  const tellRead = paced(() => line.say({ read: shown }))
  const tellLook = paced(() => {
    if (line.say({ reading: !document.hidden })) isLit = !document.hidden
  })

  /** Posts of which more than an edge stands on the screen have been shown. */
  function look(entries) {
    const seen = entries.filter((it) => it.isIntersecting)
    const furthest = Math.max(shown, ...seen.map(({ target }) => Number(target.dataset.number)))
    if (document.hidden || furthest === shown) return
    shown = furthest
    tellRead()
  }
  function write({ target, isTrusted }) {
    const isReply = target.matches("form[data-composer=reply] textarea")
    if (!isReply || !isTrusted || !target.value.trim() || Date.now() - wroteAt < PAUSE) return
    if (line.say({ writing: true })) wroteAt = Date.now()
  }

  if (isSomeone) {
    const eyes = new IntersectionObserver(look, { rootMargin: "-64px 0px -48px" })
    const watch = () => [...list.children].forEach((post) => eyes.observe(post))
    new MutationObserver(watch).observe(list, { childList: true })
    watch()
    document.addEventListener("input", write)
  }
  return {
    socket() {
      isLit = !document.hidden
      return socketAt(isLit ? { lit: 1 } : {})
    },
    opened() {
      if (isLit === document.hidden) tellLook()
      if (shown) tellRead()
    },
    glance: tellLook,
  }
}

/** ``work``, at most once in ``PAUSE`` however often it is asked for. */
function paced(work) {
  let [timer, isAsked] = [null, false]
  return function ask() {
    isAsked = timer !== null
    if (isAsked) return
    work()
    timer = setTimeout(() => {
      timer = null
      if (isAsked) ask()
    }, PAUSE)
  }
}

// ---------------------------------------------------------------- a list: a state

function listPage(list) {
  const [waiting, lifted] = [new Map(), new Set()]
  let order = []

  const rows = () => [...list.querySelectorAll(":scope > [id^=thread-]")]
  const known = () => rows().map((row) => `${row.id.slice(7)}:${row.dataset.seq}`).join()

  function hear(answer) {
    const before = order.join()
    order = answer.order.map((pk) => `thread-${pk}`)
    // Rows that wait are not on the page, so they are sent each time: that is no news.
    const fresh = Object.entries(answer.elements).filter(([id, html]) => waiting.get(id) !== html)
    for (const [id, html] of fresh) put(id, html)
    for (const id of waiting.keys()) if (!order.includes(id)) waiting.delete(id)
    show()
    return fresh.length > 0 || before !== order.join()
  }

  function show() {
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

/** Do ``change`` without moving what someone writes in below ``list``. */
function steadily(list, change) {
  const entry = document.activeElement
  const topBefore = entry?.getBoundingClientRect().top
  change()
  if (!entry?.matches(ENTRY)) return
  const moved = () => entry.getBoundingClientRect().top - topBefore
  scrollBy({ top: moved(), behavior: "instant" })
  const left = -moved() // A short page scrolls no further.
  if (left > 0) list.style.paddingBottom = `${parseFloat(list.style.paddingBottom || 0) + left}px`
}

/** Put ``html`` in the place of ``shown``; the focus stays where it was. */
function replace(shown, html) {
  const fresh = parse(html)
  const parts = (root, what) => [...root.querySelectorAll(what)]
  const focusable = "a, button, input"
  const focused = parts(shown, focusable).indexOf(document.activeElement)
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
  lostSince: null,
  say(state, values) {
    if (!this.chip) return
    const words = text(this.chip, state, values)
    this.chip.hidden = false
    this.chip.dataset.state = state
    if (this.chip.textContent !== words) this.chip.textContent = words
  },
  direct() {
    this.lostSince = null
    this.say("direct")
  },
  upTo(known) {
    this.lostSince = null
    const [h, mm] = new Date(known).toTimeString().split(":")
    this.say("upto", { time: text(this.chip, "clock", { h: Number(h), mm }) })
  },
  lost(known) {
    this.lostSince = known
    const minutes = Math.floor((Date.now() - known) / 60_000)
    if (minutes < 1) this.say("retry")
    else if (minutes < 60) this.say("offline", { n: minutes })
    else this.say("away", { n: Math.floor(minutes / 60) })
  },
}
setInterval(() => freshness.lostSince && freshness.lost(freshness.lostSince), 15_000)

const badge = {
  title: document.title,
  show(n) {
    const place = document.getElementById("badge")
    this.count = n
    this.entitle()
    if (!place) return
    place.hidden = n === 0
    place.textContent = text(place, n === 1 ? "one" : "many", { n })
  },
  /** Titles are all that one sees of the tabs behind; nowhere else need they change. */
  entitle() {
    document.title = (document.hidden && this.count ? `(${this.count}) ` : "") + this.title
  },
}

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
