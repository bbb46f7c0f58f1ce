// Drafts: what is typed into a composer is kept in this browser until it is sent.

import { attempt, DRAFT, draftKeys, SENT } from "./browser_storage.js"
import { note } from "./composer_messages.js"

const MAX_AGE = 30 * 24 * 3600 * 1000 // ms

/** Forget the drafts that nobody came back to. */
export function forgetOldDrafts() {
  attempt(() => {
    for (const key of draftKeys()) {
      if (!(read(key)?.at > Date.now() - MAX_AGE)) localStorage.removeItem(key)
    }
  })
}

/** The draft of `form`, whose text is written in `area`. */
export function draftOf(form, area) {
  // Whose it is, then the address, which names the thread or whom it asks, and the intent.
  const { pathname, search } = new URL(form.action)
  const key = `${DRAFT}${document.body.dataset.person} ${pathname}${search}`
  const fields = () =>
    [...form.elements].filter((it) => it.matches("textarea, input[type=text]"))
  const isEmpty = () => !fields().some((it) => it.value.trim())
  const forget = () => attempt(() => localStorage.removeItem(key))

  /** Whether all that is typed is safe. An empty form leaves alone what another tab has kept. */
  const isKept = () => isEmpty() || save()

  function save() {
    if (isEmpty()) return forget()
    const typed = Object.fromEntries(fields().map((it) => [it.name, it.value]))
    const draft = { at: Date.now(), key: form.elements.idempotency_key?.value, typed }
    const isSaved = attempt(() => localStorage.setItem(key, JSON.stringify(draft)))
    if (isSaved) note(form, "saved")
    return isSaved
  }

  function restore() {
    const draft = read(key)
    if (!draft) return
    if (area.value.trim()) {
      if (form.dataset.composer === "reply") append(draft.typed[area.name] ?? "")
      return
    }
    for (const it of fields()) if (!it.value) it.value = draft.typed[it.name] ?? ""
    // The same key as when it was sent: what did arrive is then not posted twice.
    if (form.elements.idempotency_key && draft.key)
      form.elements.idempotency_key.value = draft.key
    note(form, "restored")
  }

  /** Add what was being written below the quotation that the page opened with. */
  function append(words) {
    if (!words.trim() || area.value.includes(words.trim())) return
    area.value = `${area.value.trimEnd()}\n\n${words.trim()}\n`
    note(form, "restored")
  }

  /** Have the next page that shows the thread forget it. */
  const markSent = () => attempt(() => sessionStorage.setItem(SENT, key))

  return { save, isKept, restore, forget, markSent }
}

function read(key) {
  let draft = null
  attempt(() => {
    draft = JSON.parse(localStorage.getItem(key))
  })
  return draft
}
