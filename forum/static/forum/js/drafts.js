// Drafts: what is typed into a composer is kept in this browser until it is sent. Each tab has
// its own; a tab without one takes up the latest that no page holds.
//
//   form[data-composer]   tells "leaving" as it is sent to another page; is told "restored"

import { attempt, draftKeys, SENT } from "./browser_storage.js"
import { note } from "./composer_messages.js"
import { answerAsks, askForHeld } from "./held_drafts.js"
import { filesIn, restoreFiles } from "./kept_files.js"
import { draftKey, typedIn } from "./typed_text.js"

const MAX_AGE = 30 * 24 * 3600 * 1000 // ms
const TAB = "tab"
const random = () => Math.random().toString(36).slice(2)
/** Which page wrote a draft: a tab that was duplicated has the same name as the first. */
const PAGE = random()

/** Keep what is typed into the composers of this page. */
export function keepDrafts() {
  forgetOldDrafts()
  document.querySelectorAll("form[data-composer]").forEach(keepDraft)
}

/** Forget the drafts that nobody came back to. */
function forgetOldDrafts() {
  attempt(() => {
    for (const key of draftKeys()) if (ageOf(key) > MAX_AGE) localStorage.removeItem(key)
  })
}

function keepDraft(form) {
  const area = form.querySelector("textarea")
  const common = draftKey(form)
  let key = `${common} ${tabName()}`
  const isEmpty = () => !filesIn(form)[0] && !Object.values(typedIn(form)).join("").trim()
  const keyField = () => form.elements.idempotency_key
  /** The title that the page came with, such as what a search did not find. */
  const began = form.elements.title?.defaultValue ?? ""

  function save() {
    leaveToOther()
    if (isEmpty()) return attempt(() => localStorage.removeItem(key))
    const draft = { at: Date.now(), began, key: keyField()?.value, typed: typedIn(form) }
    draft.files = filesIn(form)
    const isSaved = write(key, draft)
    if (isSaved) note(form, "saved")
    return isSaved
  }

  /** Where another page of a tab of this name has written since, take another name. */
  function leaveToOther() {
    const kept = read(key)
    if (kept && kept.page !== PAGE) key = `${common} ${tabName(random())}`
  }

  /** Show what this tab was writing, else what a tab that is gone was. */
  function restore() {
    const own = read(key)
    const waiting = others()
    // What began with another title is left alone: what is typed here then has a name of its own.
    const isOther = began && own?.typed.title && ![own.began, own.typed.title].includes(began)
    if (own && !isOther) takeUp(key)
    else if (!own && waiting[0]) {
      askForHeld((held) => takeUp(waiting.find((it) => !held.has(it) && beganAlike(it))))
    }
    if (!isEmpty() && !isOther) save()
    answerAsks(() => !isEmpty() && key)
  }

  /** The keys of other drafts of this form, the latest first. */
  function others() {
    const isOther = (it) => it !== key && `${it} `.startsWith(`${common} `)
    let found = []
    attempt(() => {
      found = draftKeys().filter(isOther)
    })
    return found.sort((a, b) => ageOf(a) - ageOf(b))
  }

  /** Whether a draft of another tab began with the title that this page has, or with none. */
  const beganAlike = (it) => !began || read(it)?.began === began

  function takeUp(from) {
    const draft = from && read(from)
    if (!draft) return
    const isOwn = from === key
    if (isOwn || began ? !area.value.trim() : isEmpty()) show(draft)
    else if (form.dataset.composer === "reply") append(draft.typed[area.name] ?? "")
    else if (!isOwn) return
    restoreFiles(form, draft.files)
    const isTaken = write(key, draft)
    if (isTaken && !isOwn) attempt(() => localStorage.removeItem(from))
  }

  function show(draft) {
    for (const [name, words] of Object.entries(draft.typed)) {
      const field = form.elements[name]
      if (field && (!field.value || field.value === began)) field.value = words
    }
    // The same key as when it was sent: what did arrive is then not posted twice.
    if (keyField() && draft.key) keyField().value = draft.key
    note(form, "restored")
    form.dispatchEvent(new Event("restored"))
  }

  /** Add what was being written below the quotation that the page opened with. */
  function append(words) {
    if (!words.trim() || area.value.includes(words.trim())) return
    area.value = `${area.value.trimEnd()}\n\n${words.trim()}\n`
    note(form, "restored")
  }

  restore()
  form.dataset.drafts = "loaded"
  form.addEventListener("input", save)
  // The next page that shows the thread forgets it.
  const leave = () => attempt(() => sessionStorage.setItem(SENT, key))
  form.addEventListener("leaving", leave)
  if (form.dataset.sending && !document.getElementById("posts")) leave() // Before this was here.
  document.addEventListener("reloading", (event) => {
    // An empty form leaves alone what another tab has kept.
    if (!isEmpty() && !save()) event.preventDefault()
  })
}

function ageOf(key) {
  return Date.now() - (read(key)?.at ?? 0)
}

function read(key) {
  let draft = null
  attempt(() => {
    draft = JSON.parse(localStorage.getItem(key))
  })
  return draft
}

function write(key, draft) {
  return attempt(() => localStorage.setItem(key, JSON.stringify({ ...draft, page: PAGE })))
}

/** The name of this tab; `name` where it takes another. */
function tabName(name) {
  let kept = name ?? random()
  attempt(() => {
    kept = name ?? sessionStorage.getItem(TAB) ?? kept
    sessionStorage.setItem(TAB, kept)
  })
  return kept
}
