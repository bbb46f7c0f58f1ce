// Names suggested while one types them after an @, in the space where one writes, and threads
// whose titles one types after a #. Without it a name or an address is typed whole.
//
//   [data-names] > textarea    where one writes
//   template[data-name-list]   the list, and words

import { combobox } from "../suggestions/combobox.js"
import { escapeMarks } from "./inline_markdown.js"
import { placeOf } from "./typed_text.js"

const WAIT = 150 // ms without a key before asking
const TYPED =
  /(?:^|[^\p{L}\p{N}.@/+-])@(?<name>\p{L}[^\n@]{1,60})$|(?:^|[^\p{L}\p{N}#&/])#(?<title>[\p{L}\p{N}][^\n#]{1,60})$/u
const WORDS = { name: 5, title: 8 } // at most

/** Suggest names while one types them into `area`. */
export function suggestNames(area) {
  const made = document.querySelector("template[data-name-list]").content.cloneNode(true)
  const list = made.querySelector("[role=listbox]")
  const said = made.querySelector("[data-names-found]")
  const ofNames = list.getAttribute("aria-label")
  list.id = `${area.id}-names`
  area.after(made)
  const box = combobox(area, list, list, () => list.children.length > 0)
  let asked, timer

  /** What is typed after an @ or a #, up to the cursor: { kind, words }, if anything. */
  function typed() {
    const found = TYPED.exec(area.value.slice(0, area.selectionStart))?.groups
    const kind = found?.name ? "name" : "title"
    const words = found?.[kind] ?? ""
    return words && words.split(" ").length <= WORDS[kind] ? { kind, words } : null
  }

  async function find({ kind, words }, signal) {
    const { source, threads, ofThreads } = list.dataset
    const where = new URLSearchParams({ q: words, ...placeOf(area.form) })
    const address = kind === "name" ? source : threads
    const answer = await fetch(`${address}?${where}`, { signal })
    if (!answer.ok) throw new Error(answer.status)
    const found = await answer.json()
    const options =
      kind === "name" ? found.names.map(nameOption) : found.threads.map(threadOption)
    options.forEach((one, index) => {
      one.id = `${list.id}-${index}`
    })
    list.setAttribute("aria-label", kind === "name" ? ofNames : ofThreads)
    list.replaceChildren(...options)
  }

  async function ask() {
    asked?.abort()
    asked = new AbortController()
    const begun = typed()
    try {
      if (begun) await find(begun, asked.signal)
      else list.replaceChildren()
    } catch (error) {
      if (error.name === "AbortError") return
      list.replaceChildren()
    }
    const count = list.children.length
    list.style.top = `${area.offsetTop + lineEnd(area)}px`
    box.show(count > 0 && document.activeElement === area && typed() !== null)
    const { one, many } = said.dataset
    said.textContent = !count ? "" : count === 1 ? one : many.replace("{n}", count)
  }

  area.addEventListener("input", (event) => {
    if (!event.isTrusted) return
    clearTimeout(timer)
    timer = setTimeout(ask, typed() ? WAIT : 0)
  })
  area.addEventListener("blur", () => box.show(false))
  list.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[role=option]")
    if (!chosen) return
    const end = area.selectionStart
    const { words } = typed()
    area.setRangeText(`${chosen.dataset.written} `, end - words.length - 1, end, "end")
    area.dispatchEvent(new Event("input", { bubbles: true }))
    box.show(false)
  })
  ask()
}

/** How far below the top of `area` the line ends in which one writes: measured in a copy. */
function lineEnd(area) {
  const style = getComputedStyle(area)
  const copy = document.createElement("div")
  for (const name of ["font", "lineHeight", "padding", "border", "boxSizing", "width"]) {
    copy.style[name] = style[name]
  }
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
  })
  const end = document.createElement("span")
  end.textContent = "@"
  copy.append(area.value.slice(0, area.selectionStart), end)
  area.after(copy)
  const below = end.offsetTop + end.offsetHeight - area.scrollTop
  copy.remove()
  return Math.min(below, area.offsetHeight)
}

function nameOption({ name, organisation }) {
  return option(`@${name}`, name, organisation)
}

function threadOption({ title, url }) {
  return option(`[${escapeMarks(title)}](${url})`, title, "")
}

/** What is shown as `words` and `more`, and is `written` when chosen. */
function option(written, words, more) {
  const item = document.createElement("li")
  const first = document.createElement("b")
  const about = document.createElement("small")
  first.textContent = words
  about.textContent = more
  item.setAttribute("role", "option")
  item.dataset.written = written
  item.append(first, " ", about)
  return item
}
