// Whom a new question will be put to, shown as soon as it is chosen. Without this file, and where
// the line is cut, a button shows it. On narrow screens they are folded below how many they are.
//
//   [name=ask], .criteria, [data-proposals]   what is chosen, and where they are shown

import { announce } from "../words.js"

const WAIT = 300 // ms
/** What a choice lacks as long as it is empty. */
const NEEDED = { named: "names", college: "asked_college" }
const WIDE = matchMedia("(min-width: 46rem)")
const CRITERIA = ".whom *, [name=kind], [name=topic], [name=space]"

document.querySelectorAll("[data-proposals]").forEach(propose)

function propose(place) {
  const form = place.closest("form")
  const { elements } = form
  const button = form.querySelector(".whom > .actions")
  let asked, timer

  async function ask() {
    asked?.abort()
    const { value } = elements.ask
    if (!value || elements.kind.value !== "question") {
      place.textContent = ""
      return
    }
    if (NEEDED[value] && !elements[NEEDED[value]].value.trim()) return
    asked = new AbortController()
    const body = new FormData(form)
    for (const name of ["files", "file"]) body.delete(name)
    body.set("propose", "list")
    try {
      const { signal } = asked
      const answer = await fetch(form.action, { method: "POST", body, signal })
      if (!answer.ok) throw new Error(answer.status)
      const isOpen = place.querySelector("details")?.open ?? WIDE.matches
      place.innerHTML = await answer.text() // Our own, escaped by the template.
      place.querySelector("details")?.toggleAttribute("open", isOpen)
      button.hidden = true
      announce(place.querySelector("p").textContent)
    } catch (error) {
      if (error.name !== "AbortError") button.hidden = false
    }
  }

  form.addEventListener("change", ({ target }) => {
    if (!target.matches(CRITERIA)) return
    clearTimeout(timer)
    if (elements.ask.value) timer = setTimeout(ask, WAIT)
    else ask() // One may publish at once, and then asks nobody.
  })
  form.addEventListener("restored", ask)
  // What a page came with, or a browser filled in as one came back.
  addEventListener("pageshow", () => elements.ask.value && !place.children.length && ask())
}
