// Names suggested while one types them after an @, in the space where one writes. Without it a
// name is typed whole.
//
//   [data-names] > textarea    where one writes
//   template[data-name-list]   the list, and words

import { combobox } from "./combobox.js"
import { placeOf } from "./typed_text.js"

const WAIT = 150 // ms without a key before asking
const TYPED = /(?:^|[^\p{L}\p{N}.@/+-])@([\p{L}][^\n@]{1,60})$/u
const WORDS = 5 // of a name, at most

/** Suggest names while one types them into `area`. */
export function suggestNames(area) {
  const made = document.querySelector("template[data-name-list]").content.cloneNode(true)
  const list = made.querySelector("[role=listbox]")
  const said = made.querySelector("[data-names-found]")
  list.id = `${area.id}-names`
  area.after(made)
  const box = combobox(area, list, list, () => list.children.length > 0)
  let asked, timer

  /** What is typed after an @, up to the cursor; "" where that is no name any more. */
  function typed() {
    const name = TYPED.exec(area.value.slice(0, area.selectionStart))?.[1] ?? ""
    return name.split(" ").length > WORDS ? "" : name
  }

  async function find(name, signal) {
    const where = new URLSearchParams({ q: name, ...placeOf(area.form) })
    const answer = await fetch(`${list.dataset.source}?${where}`, { signal })
    if (!answer.ok) throw new Error(answer.status)
    const { names } = await answer.json()
    list.replaceChildren(...names.map((one, index) => option(one, `${list.id}-${index}`)))
  }

  async function ask() {
    asked?.abort()
    asked = new AbortController()
    const name = typed()
    try {
      if (name) await find(name, asked.signal)
      else list.replaceChildren()
    } catch (error) {
      if (error.name === "AbortError") return
      list.replaceChildren()
    }
    const count = list.children.length
    list.style.top = `${area.offsetTop + lineEnd(area)}px`
    box.show(count > 0 && document.activeElement === area && typed() !== "")
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
    area.setRangeText(`${chosen.dataset.name} `, end - typed().length, end, "end")
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

function option({ name, organisation }, id) {
  const item = document.createElement("li")
  const words = document.createElement("b")
  const about = document.createElement("small")
  words.textContent = name
  about.textContent = organisation
  item.setAttribute("role", "option")
  item.id = id
  item.dataset.name = name
  item.append(words, " ", about)
  return item
}
