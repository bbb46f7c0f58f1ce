// A draft is kept on the server too, some seconds after one stops typing and as the page goes:
// so it is there on another device, and when this browser forgets.
//
//   form[data-composer] > [data-draft][data-server]   where it is saved

import { keptIn } from "../files/kept_files.js"
import { note } from "../messages.js"
import { hasTyped } from "../typed_text.js"

const PAUSE = 3000 // ms
const TIMEOUT = 20_000 // ms

/**
 * Keep what is typed into `form` on the server. `client()` names the draft in this browser;
 * `onKept` is called once the form bears the key and revision under which it is there.
 */
export function keepOnServer(form, { client, onKept }) {
  const server = form.querySelector("[data-draft]")?.dataset.server
  let [timer, pending, seen] = [0, null, null]

  /** What is to be saved, or null where nothing has changed since the last time. */
  function changed() {
    const body = new FormData(form)
    body.set("draft_client", client())
    for (const { id } of keptIn(form.querySelector("[data-upload]"))) body.append("file", id)
    for (const name of ["csrfmiddlewaretoken", "shown_readers", "files"]) body.delete(name)
    const typed = JSON.stringify([...body])
    if (typed === seen || form.dataset.sending) return null
    seen = typed
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
    return body
  }

  async function save(keepalive) {
    clearTimeout(timer)
    const body = changed()
    if (!body) return
    pending = new AbortController()
    const late = setTimeout(() => pending.abort(), TIMEOUT)
    const headers = { Accept: "application/json" }
    const { signal } = pending
    try {
      const answer = await fetch(server, { method: "POST", body, headers, keepalive, signal })
      if (answer.ok) take(await answer.json(), body.get("idempotency_key"))
      else seen = null
    } catch {
      seen = null // The browser has it, and the next pause tries again.
    }
    clearTimeout(late)
  }

  /** Under another key than it was sent with, it is a draft of its own. */
  function take({ key, revision }, sent) {
    const field = form.elements.idempotency_key
    if (!key || field.value !== sent) return // Sent meanwhile: the next has a key of its own.
    field.value = key
    form.elements.draft_revision.value = revision
    onKept()
    note(form, "saved")
    // What is there now is what was saved, but for the two.
    seen = null
    changed()
  }

  function saveLater() {
    clearTimeout(timer)
    timer = setTimeout(save, PAUSE, false)
  }

  function stop() {
    clearTimeout(timer)
    pending?.abort()
  }

  if (!server || !form.elements.draft_of) return
  // What was typed before this was here, or is found again, may not be there yet.
  if (hasTyped(form)) saveLater()
  else changed()
  form.addEventListener("input", saveLater)
  form.addEventListener("change", saveLater)
  form.addEventListener("submit", stop)
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true)
  })
}
