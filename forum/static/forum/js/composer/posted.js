// What was published already: a form that comes back with it, from the browser's history or as
// the browser restores a tab, says so, leads there, and is empty for the next message.
//
//   form[data-composer] > [data-draft][data-posted][data-see]   the words, and those of the link

import { attempt } from "../browser_storage.js"
import { announce } from "../words.js"
import { freshKey } from "./keys.js"
import { note } from "./messages.js"
import { hasTyped, typedIn } from "./typed_text.js"

/** Where `sessionStorage` holds what was sent last; and where it stands, with the page's title,
    as the page noted to which its writer was led (sent_drafts.js). */
const SENDING = "sending"
const POSTED = "posted"

document.querySelectorAll("form[data-composer]").forEach(watch)

function watch(form) {
  const typed = () => Object.values(typedIn(form)).join("\n")
  let isSent = false

  form.addEventListener("submit", () => {
    isSent = true
    const title = form.elements.title?.value
    attempt(() => {
      sessionStorage.removeItem(POSTED)
      const sent = { form: form.action, words: digest(typed()), title }
      sessionStorage.setItem(SENDING, JSON.stringify(sent))
    })
  })
  addEventListener("pageshow", () => {
    // What the page came with is a draft: it may have been undone.
    const place = (isSent || hasTyped(form)) && placeOf(form.action, digest(typed()))
    if (place) clear(place)
    else if (isSent) form.elements.idempotency_key.value = freshKey() // Else another message.
  })

  function clear(place) {
    for (const name of Object.keys(typedIn(form))) {
      form.elements[name].value = form.elements[name].defaultValue = ""
    }
    form.elements.idempotency_key.value = freshKey()
    form.dispatchEvent(new Event("input")) // The draft goes with it.
    note(form, "posted")
    const told = form.querySelector("[data-draft]")
    const link = document.createElement("a")
    Object.assign(link, { href: place, textContent: told.dataset.see })
    told.append(" ", link)
    announce(told.textContent)
  }
}

/** Where the `words` stand that were sent last, if by this form and no other page was shown. */
function placeOf(form, words) {
  let place
  attempt(() => {
    const sent = JSON.parse(sessionStorage.getItem(SENDING))
    const posted = sessionStorage.getItem(POSTED)
    const isOurs = sent.form === form && sent.words === words && leadsTo(posted, sent)
    if (isOurs) place = posted.split(" ")[0]
  })
  return place
}

/** Whether `posted` is the thread of this title; or, for a reply, a post of the form's thread. */
function leadsTo(posted, { form, title }) {
  if (title) return posted.includes(title.trim().split(/\s+/).join(" "))
  return posted.startsWith(form.replace(/\/[^/]*\/$/, "-")) && posted.includes("#post-")
}

/** A number by which `words` are known again; it does not tell them. */
function digest(words) {
  let sum = words.length
  for (const letter of words) sum = (Math.imul(sum, 31) + letter.codePointAt(0)) | 0
  return sum
}
