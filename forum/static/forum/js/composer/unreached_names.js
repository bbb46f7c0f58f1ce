// Names after an @ by which nobody is told: a line at the bottom of the field says so before one
// sends. The server is asked as one rests from writing them, leaves the field or goes to send.
//
//   [data-preview]    who knows: the address of the preview
//   [data-send]       the button that sends

import { deadline } from "../deadline.js"
import { placeOf } from "./typed_text.js"

const WAIT = 800 // ms without a key before asking
const TIMEOUT = 10_000 // ms
const MOST = 30 // questions of one page
/** What may be names; what comes later on their lines changes nothing. */
const NAMES = /(?:^|[^\p{L}\p{N}_.@/+-])@[\p{L}\p{N}_][^\n@]{0,40}/gu

/** Say below `area`, of the composer `form`, which names in it reach nobody. */
export function noteUnreachedNames(form, area) {
  const line = document.createElement("p")
  line.className = "unreached hint"
  line.setAttribute("role", "status")
  area.after(line)
  const list = () => form.querySelector("[data-names] [role=listbox]:not([hidden])")
  let asked = ""
  let left = MOST
  let timer

  async function look() {
    clearTimeout(timer)
    if (list()) return wait() // One is choosing.
    const names = area.value.match(NAMES) ?? []
    const about = JSON.stringify([names, placeOf(form)])
    if (about === asked) return
    asked = about
    if (!names.length) return show("")
    if (left-- <= 0) return
    const words = await ask(form, area).catch(() => "")
    if (about === asked) show(words)
  }

  function wait() {
    clearTimeout(timer)
    timer = setTimeout(look, WAIT)
  }

  /** Show `words` in the field's own room, so that nothing moves. */
  function show(words) {
    if (line.textContent === words) return
    const heightOf = (it) => it.getBoundingClientRect().height
    const height = heightOf(area)
    if (words && height) area.style.height = `${height}px`
    line.textContent = words
    line.parentElement.style.setProperty("--unreached", `${heightOf(line)}px`)
  }

  for (const type of ["input", "change", "restored"]) form.addEventListener(type, wait)
  line.parentElement.addEventListener("focusout", look)
  for (const type of ["pointerenter", "pointerdown", "focus"])
    form.querySelector("[data-send]")?.addEventListener(type, look)
  wait()
}

/** The words of the server about the names in `area`; "" where all reach somebody. */
async function ask(form, area) {
  const sent = { text: area.value, unreached: "1", ...placeOf(form) }
  sent.csrfmiddlewaretoken = form.elements.csrfmiddlewaretoken.value
  const body = new FormData()
  for (const [name, value] of Object.entries(sent)) body.append(name, value)
  const answer = await fetch(form.querySelector("[data-preview]").formAction, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    signal: deadline(TIMEOUT),
  })
  return answer.ok ? (await answer.json()).unreached : ""
}
