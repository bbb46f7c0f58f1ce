// A page of a list: a state, whose rows change, come, go and are put in order.

import { address, parse, replace } from "./elements.js"
import { showBar } from "./notices.js"

const PREFIX = "thread-"
const TOP = 80 // px: whoever has scrolled no further reads no row that would move.

/** The page whose rows `list` holds, for `connect`. */
export function listPage(list) {
  // Rows that are not on the page yet, and rows of the page that belong elsewhere on it.
  const [waiting, moved] = [new Map(), new Set()]
  let order = []

  const rows = () => [...list.querySelectorAll(`:scope > [id^=${PREFIX}]`)]
  const ids = () => rows().map((row) => row.id)

  function hear(answer) {
    const before = order.join()
    order = answer.order.map((pk) => PREFIX + pk)
    // Rows that wait are not on the page, so they are sent each time: that is no news.
    const fresh = Object.entries(answer.elements).filter(
      ([id, html]) => waiting.get(id) !== html,
    )
    for (const [id, html] of fresh) put(id, html)
    for (const id of waiting.keys()) if (!order.includes(id)) waiting.delete(id)
    update()
    list.hidden = !list.children.length // An empty list would be read as one.
    return fresh.length > 0 || before !== order.join()
  }

  function put(id, html) {
    const shown = document.getElementById(id)
    if (html === null) shown?.remove()
    else if (!shown) waiting.set(id, html)
    else {
      if (ids().indexOf(id) !== order.indexOf(id)) moved.add(id)
      replace(shown, html)
    }
  }

  function update() {
    if (ids().join() === order.join()) moved.clear()
    else if (scrollY < TOP && !list.contains(document.activeElement)) {
      arrange()
      return
    }
    showBar(waiting.size + moved.size, arrange)
  }

  function arrange() {
    let next = list.firstElementChild
    for (const id of order) {
      const row = document.getElementById(id) ?? parse(waiting.get(id))
      if (row === next) next = next.nextElementSibling
      else list.insertBefore(row, next)
      waiting.delete(id)
      moved.delete(id)
    }
    document.querySelector("main .empty")?.toggleAttribute("hidden", order.length > 0)
    list.hidden = !list.children.length
    showBar(0)
  }

  /** What the page shows: each thread, at which change. `data-shown` names the parameter. */
  function shown() {
    const states = rows().map((row) => `${row.id.slice(PREFIX.length)}:${row.dataset.seq}`)
    return { [list.dataset.shown]: states.join() }
  }

  return {
    hear,
    show: () => false,
    socket: () => address(list.dataset.live, shown()),
    plain: () => address(list.dataset.refresh, shown()),
  }
}
