// Elements of the page: made from the server's HTML, and put in without moving the reader.

/** What one types into. */
export const ENTRY = "textarea, input, select, [contenteditable]"

/** The address `path` with `params` added to it. */
export function address(path, params) {
  const url = new URL(path, location)
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return url
}

/** The element that `html` is. */
export function parse(html) {
  const template = document.createElement("template")
  template.innerHTML = html.trim()
  return template.content.firstElementChild
}

/** The number of the post whose element has the `id`. */
export function numberOf(id) {
  return Number(id.slice("post-".length))
}

/** Put `html` in the place of `shown`; the focus stays where it was, and open what is open. */
export function replace(shown, html) {
  const fresh = parse(html)
  const focusable = (root) => [...root.querySelectorAll("a, button, input")]
  const focused = focusable(shown).indexOf(document.activeElement)
  for (const { id, open } of shown.querySelectorAll("details[id]"))
    fresh.querySelector(`#${id}`)?.toggleAttribute("open", open)
  shown.replaceWith(fresh)
  if (focused >= 0) focusable(fresh)[focused]?.focus({ preventScroll: true })
}

/** Whether someone is writing in `element`. */
export function isWrittenIn(element) {
  const isTyped = (field) => field.value !== field.defaultValue
  const active = document.activeElement
  if (element.contains(active) && active.matches(ENTRY)) return true
  return [...element.querySelectorAll("textarea")].some(isTyped)
}

/** Do `change` without moving what someone writes in below `list`. */
export function withoutMoving(list, change) {
  const entry = document.activeElement
  const topBefore = entry?.getBoundingClientRect().top
  change()
  if (!entry?.matches(ENTRY)) return
  const moved = () => entry.getBoundingClientRect().top - topBefore
  scrollBy({ top: moved(), behavior: "instant" })
  const left = -moved() // A short page scrolls no further.
  if (left > 0)
    list.style.paddingBottom = `${parseFloat(list.style.paddingBottom || 0) + left}px`
}

/** Give `element` the focus, and scroll to it. */
export function bringIntoView(element) {
  element.focus({ preventScroll: true })
  element.scrollIntoView({ block: "nearest" }) // Smoothly, where the style says so.
}
