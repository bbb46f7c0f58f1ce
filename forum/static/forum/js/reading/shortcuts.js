// Keyboard shortcuts. None is needed: each does what a link or a field of the page does.
//
//   [data-shortcut="n"]    the link that the key follows
//   header[data-shortcuts]  the page of their list: #shortcuts there; and words for here
//   [data-single-keys]      what holds the box that switches them off, in this browser

import { attempt, SINGLE_KEYS } from "../browser_storage.js"
import { enterSearch } from "../suggestions/search_loading.js"
import { announce, fill } from "../words.js"

const ITEMS =
  "#posts > article, #queue > article, #results > [data-thread], #threads > [id^=thread-]"
const FIELDS = "input, textarea, select, [contenteditable], dialog"

const TYPED = "main form:not([data-composer])"
const header = () => document.querySelector("[data-shortcuts]")
let areOn = true
// What came back with errors was typed before.
let isTyped = Boolean(document.querySelector(`${TYPED} [aria-invalid]`))
document.addEventListener("input", ({ target }) => {
  isTyped ||= target.matches(`${TYPED} *`)
})
attempt(() => {
  areOn = localStorage.getItem(SINGLE_KEYS) !== "off"
})

const ACTIONS = new Map([
  ["n", openNewThread],
  ["r", () => document.querySelector("form[data-composer] textarea")?.focus()],
  ["j", () => step(1)],
  ["k", () => step(-1)],
  ["/", enterSearch],
  ["?", showShortcuts],
])

/** Show the box that switches the keys off and on, where the page has it. */
export function offerSingleKeys() {
  const place = document.querySelector("[data-single-keys]")
  if (!place) return
  const box = place.querySelector("input")
  place.hidden = false
  box.checked = areOn
  box.addEventListener("change", () => {
    areOn = box.checked
    attempt(() => localStorage.setItem(SINGLE_KEYS, areOn ? "on" : "off"))
  })
}

/** Do what the key of a `keydown` stands for, unless someone types. */
export function pressKey(event) {
  const isModified = event.ctrlKey || event.metaKey || event.altKey || event.isComposing
  if (!areOn || isModified || event.target.closest?.(FIELDS)) return
  const act = ACTIONS.get(event.key)
  if (!act) return
  event.preventDefault()
  act()
}

/** Follow the link, unless that would lose what is typed and no draft keeps. */
function openNewThread() {
  if (isTyped) announce(fill(header(), "unsent"))
  else document.querySelector("[data-shortcut=n]")?.click()
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

/** Show the part of the page of shortcuts that lists them; where no dialog opens, go there. */
async function showShortcuts() {
  const { shortcuts } = header().dataset
  const answer = await fetch(shortcuts).catch(() => null)
  if (!answer?.ok || document.querySelector("dialog[open], #shortcuts")) return
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  const dialog = document.createElement("dialog")
  if (!dialog.showModal) return location.assign(shortcuts)
  const parts = page.querySelectorAll("main h1, #shortcuts > *")
  dialog.className = "card"
  dialog.setAttribute("aria-labelledby", parts[0].id)
  dialog.append(...parts)
  dialog.querySelector("form").hidden = false
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  offerSingleKeys()
  dialog.showModal()
}
