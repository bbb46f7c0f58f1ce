// A page of a thread: a stream of posts. New ones come in below what is read, or wait.

import {
  address,
  bringIntoView,
  ENTRY,
  isWrittenIn,
  numberOf,
  parse,
  replace,
  withoutMoving,
} from "./elements.js"
import { announceReply, showBar, withdrawReply } from "./notices.js"
import { reportReader } from "./presence.js"

/** The page whose posts `list` holds, for `connect`; `say` sends a frame. */
export function threadPage(list, say) {
  const [first, last] = [Number(list.dataset.first), Number(list.dataset.last)]
  // Posts that wait here, those that stand on a later page, changes to what is written in.
  const [held, beyond, late] = [new Map(), new Set(), new Map()]
  let count = Number(document.getElementById("fresh")?.dataset.posts)
  let path = ""

  function hear({ seq, elements, state }) {
    if (seq <= Number(list.dataset.seq)) return false
    withoutMoving(list, () => {
      for (const [id, html] of Object.entries(elements)) put(id, html)
    })
    list.dataset.seq = seq
    list.dataset.locked = state.locked
    list.dispatchEvent(new Event("changed")) // For the composer, which may have to close.
    path = state.address
    count = Math.max(count, state.posts)
    updateBar()
    return true
  }

  function updateBar() {
    showBar(held.size + beyond.size, showHeld)
  }

  function put(id, html) {
    const shown = document.getElementById(id)
    if (shown && isWrittenIn(shown)) late.set(id, html)
    else if (shown && html === null) shown.remove()
    else if (shown) replace(shown, html)
    else if (html === null) held.delete(id)
    else if (id.startsWith("post-")) arrive(id, html, numberOf(id))
  }

  function arrive(id, html, number) {
    const isOfThisPage = number >= first && number <= last
    const isNew = !held.has(id) && (number > count || isOfThisPage)
    if (number > last && isNew) beyond.add(number)
    if (isOfThisPage) {
      if (held.size || wouldMoveTheReader()) held.set(id, html)
      else insert(html, number)
    }
    if (isNew) announceReply(number, parse(html))
  }

  function wouldMoveTheReader() {
    const active = document.activeElement
    const isWriting = active?.matches(ENTRY) && !list.contains(active)
    return isWriting || list.getBoundingClientRect().bottom < 0
  }

  function insert(html, number) {
    const next = [...list.children].find((post) => numberOf(post.id) > number)
    const post = parse(html)
    list.insertBefore(post, next ?? null)
    return post
  }

  /** Show what was held back, or go to the page where the rest stands. */
  function showHeld() {
    const posts = insertHeld()
    if (posts.length) bringIntoView(posts[0])
    else if (beyond.size) {
      const number = Math.min(...beyond)
      const page = Math.ceil(number / (last - first + 1))
      location.assign(Object.assign(address(path, { page }), { hash: `post-${number}` }))
    }
    updateBar()
  }

  function insertHeld() {
    const posts = [...held].sort(([a], [b]) => numberOf(a) - numberOf(b))
    held.clear()
    list.style.paddingBottom = ""
    return posts.map(([id, html]) => insert(html, numberOf(id)))
  }

  /** Show the post `number`, which was written here; whether it stands on this page. */
  function show(number) {
    withdrawReply(number)
    beyond.delete(number)
    insertHeld()
    const post = document.getElementById(`post-${number}`)
    if (post) bringIntoView(post)
    updateBar()
    return post !== null
  }

  function applyLate() {
    const changes = [...late]
    late.clear()
    for (const [id, html] of changes) put(id, html)
  }

  document.addEventListener("focusout", () => setTimeout(applyLate))
  const after = () => ({ after: list.dataset.seq, readers: list.dataset.readers })
  return {
    hear,
    show,
    plain: () => address(list.dataset.changes, after()),
    ...reportReader(list, (more) => address(list.dataset.live, { ...after(), ...more }), say),
  }
}
