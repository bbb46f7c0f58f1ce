// Similar threads while the title of a new one is typed. Where the browser saves data, only the
// button asks for them.
//
//   [data-similar-to-title] > [data-idle] button[data-none][data-failed], [data-found]

import { announce } from "../words.js"

const WAIT = 400 // ms without a key before asking
const MIN_LETTERS = 3

document.querySelectorAll("[data-similar-to-title]").forEach(propose)

function propose(place) {
  const { form } = place.querySelector("button")
  const idle = place.querySelector("[data-idle]")
  const found = place.querySelector("[data-found]")
  const button = idle.querySelector("button")
  const hint = idle.querySelector("p")
  const { textContent: hintWords } = hint
  let asked = null
  let timer = null
  let said = ""

  /** Show the list `html`, or where it is empty what stood there before, with `words`. */
  function show(html, words = hintWords) {
    found.innerHTML = html // Our own, escaped by the template.
    found.hidden = !html.trim()
    idle.hidden = !found.hidden
    hint.textContent = words
    place.scrollTop = 0
    const now = found.querySelector("[data-said]")?.textContent ?? ""
    if (now && now !== said) announce(now)
    said = now
  }

  async function ask({ isPressed = false } = {}) {
    clearTimeout(timer)
    asked?.abort()
    if (!isPressed && lettersOf(form.elements.title.value) < MIN_LETTERS) return show("")
    asked = new AbortController()
    const body = new FormData()
    for (const name of ["csrfmiddlewaretoken", "title", "tags"]) {
      body.set(name, form.elements[name]?.value ?? "")
    }
    body.set("part", "list")
    try {
      const { signal } = asked
      const answer = await fetch(button.formAction, { method: "POST", body, signal })
      if (!answer.ok) throw new Error(answer.status)
      const html = await answer.text()
      const hadFocus = document.activeElement === button
      show(html, isPressed ? button.dataset.none : hintWords)
      if (!isPressed) return
      if (!found.hidden && hadFocus) found.focus()
      else if (found.hidden) announce(hint.textContent)
    } catch (error) {
      if (error.name === "AbortError") return
      show("", isPressed ? button.dataset.failed : hintWords)
      if (isPressed) announce(hint.textContent)
    }
  }

  form.elements.title.addEventListener("input", () => {
    clearTimeout(timer)
    if (navigator.connection?.saveData) show("")
    else timer = setTimeout(ask, WAIT)
  })
  button.addEventListener("click", (event) => {
    event.preventDefault()
    ask({ isPressed: true })
  })
  const askOfKept = () => {
    if (form.elements.title.value && !navigator.connection?.saveData) ask()
  }
  askOfKept()
  form.addEventListener("restored", askOfKept)
  // Coming back, a browser fills in what was typed after scripts have run.
  window.addEventListener("pageshow", () => {
    if (form.elements.title.value !== form.elements.title.defaultValue) askOfKept()
  })
}

function lettersOf(words) {
  return (words.match(/[\p{L}\p{N}]/gu) ?? []).length
}
