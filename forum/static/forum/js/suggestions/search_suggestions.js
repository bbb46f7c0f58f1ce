// Boxes of the search: threads, tags and territories while one types, and where nothing is typed
// what was searched for lately. Without it the form sends what is typed.
//
//   input[data-search]   a box; around it [data-source], the address of what is proposed, and words

import { announce, fill } from "../words.js"
import { combobox } from "./combobox.js"
import { forgetSearches, keepSearch, recentSearches } from "./recent_searches.js"

const WAIT = 150 // ms without a key before asking
const LEAST = 2 // letters

keepSearch(new URLSearchParams(location.search).get("q") ?? "")
for (const input of document.querySelectorAll("[data-search]")) {
  const place = input.closest("[data-source]")
  whenStyled(place, () => propose(input, place))
}

/** Do `act` once the styles of the list are there: without them it would move the page. */
function whenStyled(place, act) {
  const href = place.dataset.style
  const kept = document.querySelector(`link[href="${href}"]`)
  if (kept?.sheet) return act()
  const link =
    kept ?? Object.assign(document.createElement("link"), { rel: "stylesheet", href })
  link.addEventListener("load", act)
  if (!kept) document.head.append(link)
}

function element(tag, attributes, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

function propose(input, place) {
  const words = () => input.value.trim()
  const list = element("div", { role: "listbox", id: `${input.id}-list` })
  const wipe = element("button", { type: "button" }, place.dataset.forget)
  const popup = element("div", { class: "found", hidden: "" }, list, wipe)
  const box = combobox(input, list, popup, showWhatFits)
  let asked, timer
  place.append(popup)

  const option = (href, ...children) =>
    element("a", { role: "option", tabindex: -1, href }, ...children)

  function group(name, options) {
    if (!options.length) return []
    const label = element("p", { "aria-hidden": "true" }, place.dataset[name])
    const attributes = { role: "group", "aria-label": place.dataset[name] }
    return [element("div", attributes, label, ...options)]
  }

  /** The option that sends the form with `said`, as the form would be. */
  function search(said, shown) {
    const { form } = input
    const fields = new URLSearchParams(new FormData(form))
    fields.set("q", said)
    for (const [name, value] of [...fields]) if (!value) fields.delete(name)
    return option(`${form.action.split("?")[0]}?${fields}`, shown)
  }

  function show(label, ...content) {
    list.setAttribute("aria-label", label)
    list.replaceChildren(...content)
    list.querySelectorAll("[role=option]").forEach((it, n) => {
      it.id = `${list.id}-${n}`
    })
    wipe.hidden = Boolean(words())
    box.show(list.children.length > 0)
    return box.isOpen()
  }

  const go = () => search(words(), fill(place, "go", { words: words() }))

  function showRecent() {
    const options = recentSearches().map((it) => search(it, it))
    return show(place.dataset.recent, ...group("recent", options))
  }

  function showWhatFits() {
    if (!words()) return showRecent()
    return show(place.dataset.list, go())
  }

  function showFound({ threads, tags, territories }) {
    const title = ({ title, url, solved }) => {
      const note = solved ? [" ", element("small", {}, place.dataset.solved)] : []
      return option(url, element("span", { lang: "fr" }, title), ...note)
    }
    const tag = ({ name, url, count: n }) => {
      const note = fill(place, n === 1 ? "usedOne" : "usedMany", { n })
      return option(url, name, " ", element("small", {}, note))
    }
    const territory = ({ name, url }) => option(url, name)
    show(
      place.dataset.list,
      ...group("titles", threads.map(title)),
      ...group("tags", tags.map(tag)),
      ...group("territories", territories.map(territory)),
      go(),
    )
    const n = threads.length + tags.length + territories.length
    announce(fill(place, n === 0 ? "none" : n === 1 ? "one" : "many", { n }))
  }

  async function ask() {
    asked = new AbortController()
    const address = `${place.dataset.source}?q=${encodeURIComponent(words())}`
    const answer = await fetch(address, { signal: asked.signal }).catch(() => null)
    const found = answer?.ok && (await answer.json().catch(() => null))
    if (found && document.activeElement === input) showFound(found)
  }

  /** Ask no more: an answer that came now would open what was closed, or tell of other words. */
  function forgetQuestion() {
    clearTimeout(timer)
    asked?.abort()
  }

  function close() {
    forgetQuestion()
    box.show(false)
  }

  input.addEventListener("input", () => {
    forgetQuestion()
    showWhatFits()
    const letters = words().match(/[\p{L}\p{N}]/gu) ?? []
    if (letters.length >= LEAST && !navigator.connection?.saveData)
      timer = setTimeout(ask, WAIT)
  })
  input.addEventListener("focus", () => words() || showRecent())
  input.addEventListener("click", () => words() || box.isOpen() || showRecent())
  place.addEventListener("focusout", ({ relatedTarget }) => {
    if (!place.contains(relatedTarget)) close()
  })
  place.addEventListener("keydown", ({ key }) => key === "Escape" && close())
  wipe.addEventListener("click", () => {
    forgetSearches()
    close()
    input.focus()
    announce(place.dataset.forgotten)
  })
  if (document.activeElement === input && !input.autofocus)
    input.dispatchEvent(new Event(words() ? "input" : "focus"))
}
