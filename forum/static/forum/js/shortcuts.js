// Keyboard shortcuts. None is needed: each does what a link or a field of the page does.
//
//   [data-shortcut="n"]    the link that the key follows
//   header[data-shortcuts]  where their list is: a <dialog>

const ITEMS = "#posts > article, #threads > [id^=thread-]"
const FIELDS = "input, textarea, select, [contenteditable], dialog"

const ACTIONS = new Map([
  ["n", () => document.querySelector("[data-shortcut=n]")?.click()],
  ["r", () => document.querySelector("form[data-composer] textarea")?.focus()],
  ["j", () => step(1)],
  ["k", () => step(-1)],
  ["?", showShortcuts],
])

/** Do what the key of a `keydown` stands for, unless someone types. */
export function pressKey(event) {
  const isModified = event.ctrlKey || event.metaKey || event.altKey || event.isComposing
  if (isModified || event.target.closest?.(FIELDS)) return
  const act = ACTIONS.get(event.key)
  if (!act) return
  event.preventDefault()
  act()
}

/** Move the focus to the next post or thread, or to the previous one. */
function step(by) {
  const items = [...document.querySelectorAll(ITEMS)]
  const at = items.findIndex((item) => item.contains(document.activeElement))
  const below = items.findIndex((item) => item.getBoundingClientRect().bottom > 80)
  const item = items[at < 0 ? Math.max(0, below) : at + by]
  const target = item?.matches("article") ? item : item?.querySelector("a")
  target?.focus()
}

/** Open the list of shortcuts; the browser gives the focus back when it closes. */
async function showShortcuts() {
  const { shortcuts } = document.querySelector("[data-shortcuts]").dataset
  const answer = await fetch(shortcuts).catch(() => null)
  if (!answer?.ok || document.querySelector("dialog[open]")) return
  document.body.insertAdjacentHTML("beforeend", await answer.text())
  const dialog = document.body.lastElementChild
  dialog.addEventListener("close", () => dialog.remove())
  dialog.showModal()
}
