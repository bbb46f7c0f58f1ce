// What the page of a thread tells the server: that it is looked at and, of people, that they
// write and how far they have read.

import { numberOf } from "./elements.js"

const PAUSE = 3_000 // ms between two frames that say the same kind of thing.
const REPLY = "form[data-composer=reply] textarea"

/**
 * The part of a thread's page that reports its reader. `socketAddress` gives the address of
 * the socket, with parameters; `say` sends a frame, and tells whether it could.
 */
export function reportReader(list, socketAddress, say) {
  const isSomeone = Boolean(document.body.dataset.person)
  let [isReading, lastRead, wroteAt] = [false, 0, 0]

  const tellRead = throttle(() => say({ read: lastRead }))
  const tellVisible = throttle(() => {
    if (say({ reading: !document.hidden })) isReading = !document.hidden
  })

  /** Posts of which more than an edge stands on the screen have been read. */
  function look(entries) {
    const seen = entries.filter((it) => it.isIntersecting)
    const furthest = Math.max(lastRead, ...seen.map(({ target }) => numberOf(target.id)))
    if (document.hidden || furthest === lastRead) return
    lastRead = furthest
    tellRead()
  }

  /** A person types in the field; or in the editor, which tells of it with a detail. */
  function write({ target, isTrusted, detail }) {
    const isTyped = (isTrusted || detail) && target.matches(REPLY) && target.value.trim()
    if (isTyped && Date.now() - wroteAt >= PAUSE && say({ writing: true })) wroteAt = Date.now()
  }

  if (isSomeone) {
    const observer = new IntersectionObserver(look, { rootMargin: "-64px 0px -48px" })
    const watch = () => {
      for (const post of list.children) observer.observe(post)
    }
    new MutationObserver(watch).observe(list, { childList: true })
    watch()
    document.addEventListener("input", write)
  }
  return {
    socket() {
      isReading = !document.hidden
      return socketAddress(isReading ? { reading: 1 } : {})
    },
    opened() {
      if (isReading === document.hidden) tellVisible()
      if (lastRead) tellRead()
    },
    visibilityChanged: tellVisible,
  }
}

/** `work`, at most once in `PAUSE` however often it is asked for. */
function throttle(work) {
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
