// Names suggested while one types them after an @, in the space where one writes, and threads
// whose titles one types after a #. Without it a name or an address is typed whole.
//
//   [data-names] > textarea    where one writes
//   template[data-name-list]   the list, and words

import { combobox } from "../suggestions/combobox.js"
import { escapeMarks } from "./inline_markdown.js"
import { placeOf } from "./typed_text.js"

const WAIT = 150 // ms without a key before asking
const LINE = 32 // px, of the line in which one writes
const HEADER = 64 // px
const TYPED =
  /(?:^|[^\p{L}\p{N}.@/+-])@(?<name>\p{L}[^\n@]{1,60})$|(?:^|[^\p{L}\p{N}#&/])#(?<title>[\p{L}\p{N}][^\n#]{1,60})$/u
const WORDS = { name: 5, title: 8 } // at most

/** Suggest names while one types them into `field`, as of text_field.js. */
export function suggestNames(field) {
  const { element } = field
  const template = document.querySelector("template[data-name-list]")
  if (!template) return // One names nobody here.
  const made = template.content.cloneNode(true)
  const list = made.querySelector("[role=listbox]")
  const said = made.querySelector("[data-names-found]")
  const ofNames = list.getAttribute("aria-label")
  list.id = `${element.id}-names`
  field.after.after(made)
  const box = combobox(element, list, list, () => list.children.length > 0)
  let asked, timer

  /** What is typed after an @ or a #, up to the cursor: { kind, words }, if anything. */
  function typed() {
    const found = TYPED.exec(field.before())?.groups
    const kind = found?.name ? "name" : "title"
    const words = found?.[kind] ?? ""
    return words && words.split(" ").length <= WORDS[kind] ? { kind, words } : null
  }

  async function find({ kind, words }, signal) {
    const { source, threads, ofThreads } = list.dataset
    const where = new URLSearchParams({ q: words, ...placeOf(field.form) })
    const address = kind === "name" ? source : threads
    const answer = await fetch(`${address}?${where}`, { signal })
    if (!answer.ok) throw new Error(answer.status)
    const found = await answer.json()
    const options =
      kind === "name" ? found.names.map(nameOption) : found.threads.map(threadOption)
    options.forEach((one, index) => {
      one.id = `${list.id}-${index}`
    })
    // What follows a # is often no title: one is taken by an arrow first.
    list.toggleAttribute("data-first", kind === "name")
    list.setAttribute("aria-label", kind === "name" ? ofNames : ofThreads)
    list.replaceChildren(...options)
  }

  /** Put the list under the line in which one writes, or above it where the screen ends. */
  function place() {
    const end = field.lineEnd()
    list.style.top = `${end}px`
    const { top, bottom, height } = list.getBoundingClientRect()
    if (bottom > visualViewport.height && top - LINE - height > HEADER)
      list.style.top = `${end - LINE - height}px`
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
    box.show(count > 0 && document.activeElement === element && typed() !== null)
    if (box.isOpen()) place()
    const { one, many } = said.dataset
    said.textContent = !count ? "" : count === 1 ? one : many.replace("{n}", count)
  }

  /** Of names that were found before the last key, none is the first that Enter would take but one
      that has what is typed. */
  function leaveOld() {
    const first = list.firstElementChild?.dataset.written ?? ""
    if (!folded(first).includes(folded(typed()?.words ?? "")))
      list.removeAttribute("data-first")
  }

  element.addEventListener("input", (event) => {
    if (!event.isTrusted) return
    leaveOld()
    clearTimeout(timer)
    timer = setTimeout(ask, typed() ? WAIT : 0)
  })
  element.addEventListener("blur", () => box.show(false))
  list.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[role=option]")
    if (!chosen) return
    field.replace(typed().words.length + 1, chosen.dataset)
    box.show(false)
  })
  ask()
}

const folded = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()

function nameOption({ name, organisation }) {
  return option(`@${name}`, name, organisation)
}

function threadOption({ title, url }) {
  const item = option(`[${escapeMarks(title)}](${url})`, title, "")
  Object.assign(item.dataset, { title, url })
  return item
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
