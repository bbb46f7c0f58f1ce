// Tags or names suggested while one types them, with commas between them: those of the word in
// which one writes. Without it the field is the list of words that it is.

import { combobox } from "./combobox.js"

const WAIT = 150 // ms without a key before asking

/** Make ``place`` (data-suggested: one, or many) suggest tags or names for its input. */
function suggest(place) {
  const input = place.querySelector("input")
  const list = place.querySelector("[role=listbox]")
  const said = place.querySelector("[data-said]")
  const isList = place.dataset.suggested === "many"

  /** Where the word begins and ends in which one writes. */
  function bounds() {
    if (!isList) return [0, input.value.length]
    const at = input.selectionStart
    const end = input.value.indexOf(",", at)
    return [input.value.lastIndexOf(",", at - 1) + 1, end < 0 ? input.value.length : end]
  }

  const words = () => input.value.slice(...bounds()).trim()

  function option({ name: suggested, synonym, count, family, organisation }, index) {
    const item = document.createElement("li")
    const name = document.createElement("b")
    const about = document.createElement("small")
    const { one, many } = list.dataset
    const counted = count === 1 ? one : many?.replace("{n}", count)
    name.textContent = suggested
    about.textContent = [synonym && `= ${synonym}`, counted, family, organisation]
      .filter(Boolean)
      .join(" · ")
    item.setAttribute("role", "option")
    item.id = `${list.id}-${index}`
    item.append(name, " ", about)
    return item
  }

  async function find(typed, signal) {
    const address = new URL(place.dataset.source, location.href)
    address.searchParams.set("q", typed)
    const answer = await fetch(address, { signal })
    if (!answer.ok) throw new Error(answer.status)
    const { tags, names } = await answer.json()
    list.replaceChildren(...(tags ?? names).map(option))
  }

  function choose(chosen) {
    const name = chosen.querySelector("b").textContent
    const [start, end] = bounds()
    const before = input.value.slice(0, start).trimEnd()
    const after = input.value.slice(end).replace(/^,\s*/, "")
    const lead = before ? `${before} ` : ""
    const typed = isList ? `${lead}${name}, ` : name
    input.value = typed + after
    input.setSelectionRange(typed.length, typed.length)
    input.dispatchEvent(new Event("input", { bubbles: true }))
    said.textContent = said.dataset.chosen.replace("{name}", name)
  }

  function found(n) {
    const { one, many } = said.dataset
    said.textContent = !n ? "" : n === 1 ? one : many.replace("{n}", n)
  }

  const box = combobox(input, list, list, () => {
    const is = list.children.length > 0 && words() !== ""
    if (is) box.show(true)
    return is
  })
  let asked, timer

  async function ask() {
    asked?.abort()
    const typed = words()
    asked = new AbortController()
    try {
      if (typed) await find(typed, asked.signal)
      else list.replaceChildren()
    } catch (error) {
      if (error.name === "AbortError") return
      list.replaceChildren() // The field stays what it is without suggestions.
    }
    box.show(list.children.length > 0)
    found(list.children.length)
  }

  input.autocomplete = "off"
  input.addEventListener("input", (event) => {
    if (!event.isTrusted) return // What was chosen has just been put there.
    clearTimeout(timer)
    timer = setTimeout(ask, WAIT)
  })
  input.addEventListener("blur", () => box.show(false))
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]")
    if (option) choose(option)
    clearTimeout(timer)
    box.show(false)
  })
}

document.querySelectorAll("[data-suggested]").forEach(suggest)
