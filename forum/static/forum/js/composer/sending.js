// Sending what a composer holds: in place under a thread; elsewhere, once, as forms do.

import { deadline } from "../deadline.js"
import { freshKey } from "./keys.js"
import { note, showErrors, showFailure } from "./messages.js"

const TIMEOUT = 20_000 // ms

/** The button that sends. */
export const SEND = "[data-send]"

/** Handle the `submit` of a composer. */
export async function send(event, form, area) {
  if (event.submitter?.hasAttribute("formaction")) return // A preview, or a draft, as forms do.
  if (form.dataset.sending) {
    event.preventDefault()
    return
  }
  const posts = document.querySelector("#posts[data-live]")
  if (!posts) {
    sendOnce(form)
    return
  }
  event.preventDefault()
  await sendInPlace(form, area, posts)
}

async function sendInPlace(form, area, posts) {
  const sent = area.value
  document.querySelector("[data-sent]").textContent = "" // It was of the post before.
  const answer = await whileSending(form, () => post(form, posts))
  if (answer === null || answer.status >= 500) {
    showFailure(form, area)
    return
  }
  const isData = answer.headers.get("Content-Type")?.includes("json")
  const data = isData && (await answer.json())
  if (answer.status === 201) finish(form, area, data, sent)
  else if (data?.errors) refuse(form, area, data)
  else submitPlainly(form)
}

async function post(form, posts) {
  try {
    return await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      redirect: "manual",
      headers: { "X-Seen": posts.dataset.seq, Accept: "application/json" },
      signal: deadline(TIMEOUT),
    })
  } catch {
    return null
  }
}

async function whileSending(form, work) {
  const button = form.querySelector(SEND)
  form.dataset.sending = "1"
  button?.setAttribute("aria-disabled", "true")
  note(form, "sending")
  const answer = await work()
  delete form.dataset.sending
  button?.removeAttribute("aria-disabled")
  note(form, "")
  return answer
}

/** Show why by the field; if other people read here now, show who before it is sent again. */
function refuse(form, area, { errors, readers, idempotency_key: key }) {
  showErrors(area, Object.values(errors).flat())
  if (key) form.elements.idempotency_key.value = key
  if (!readers) return
  form.elements.shown_readers.value = readers.stamp
  const line = form.querySelector(".readers")
  if (line) line.innerHTML = readers.html
}

/** The reply is posted: empty the composer, and show the reply. */
function finish(form, area, reply, sent) {
  showErrors(area, [])
  if (form.elements.idempotency_key) form.elements.idempotency_key.value = freshKey()
  // If something else was typed meanwhile, it is the next reply.
  if (area.value === sent) area.value = area.defaultValue = ""
  form.dispatchEvent(new Event("input"))
  document.querySelector("[data-sent]").innerHTML = reply.notice
  document.querySelector("#received")?.remove() // The question that was put to one is answered.
  // The live layer shows it, if it is there; it says so by preventing the default.
  const event = new CustomEvent("replied", { detail: reply, cancelable: true })
  if (document.dispatchEvent(event)) visit(new URL(reply.place, location))
}

function visit(url) {
  const isHere = url.pathname + url.search === location.pathname + location.search
  location.assign(url)
  if (isHere) location.reload() // Else only the fragment would change.
}

/** Let the form be posted as forms are, but not twice. */
function sendOnce(form) {
  form.dataset.sending = "1"
  addEventListener("pageshow", ({ persisted }) => persisted && delete form.dataset.sending)
  form.dispatchEvent(new Event("leaving")) // Its draft is sent with it.
}

/** The session has ended, or so: let the server answer with a page, which keeps the text. */
function submitPlainly(form) {
  sendOnce(form)
  form.submit()
}
