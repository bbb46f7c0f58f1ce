// Drafts: what is typed and chosen in a composer is kept in this browser until it is sent. Each
// tab has its own; a tab without one takes up the latest that no page holds.
//
//   form[data-composer]   tells "leaving" as it is sent to another page; is told "restored"

import { attempt, draftKeys, SENT } from "../../browser_storage.js"
import { filesIn, restoreFiles } from "../files/kept_files.js"
import { note } from "../messages.js"
import { draftKey, hasTyped, typedIn } from "../typed_text.js"
import { choose, chosenIn } from "./choices.js"
import { answerAsks, askForHeld } from "./held_drafts.js"
import { keepOnServer } from "./server_drafts.js"
import { ageOf, forgetOldDrafts, PAGE, random, read, tabName, write } from "./stored_drafts.js"

/** Keep what is typed into the composers of this page. */
export function keepDrafts() {
  forgetOldDrafts()
  document.querySelectorAll("form[data-composer]").forEach(keepDraft)
}

function keepDraft(form) {
  const area = form.querySelector("textarea")
  const common = draftKey(form)
  let key = `${common} ${tabName()}`
  /** By which the server knows this draft again, whichever page of this browser has it. */
  let client = random()
  const words = () => Object.values(typedIn(form)).join("").trim()
  const isEmpty = () => !(filesIn(form)[0] || words() || Object.keys(chosenIn(form))[0])
  const keyField = () => form.elements.idempotency_key
  const revision = () => form.elements.draft_revision
  /** The title that the page came with, such as what a search did not find. */
  const began = form.elements.title?.defaultValue ?? ""

  function save(at = Date.now()) {
    leaveToOther()
    if (isEmpty()) return attempt(() => localStorage.removeItem(key))
    const draft = { at, began, key: keyField()?.value, typed: typedIn(form) }
    Object.assign(draft, { client, revision: revision()?.value, files: filesIn(form) })
    draft.chosen = chosenIn(form)
    const isSaved = write(key, draft)
    if (isSaved) note(form, "saved")
    return isSaved
  }

  /** Where another page of a tab of this name has written since, take another name. */
  function leaveToOther() {
    const kept = read(key)
    if (!kept || kept.page === PAGE) return
    key = `${common} ${tabName(random())}`
    client = random()
  }

  /** Show what this tab was writing, else what a tab that is gone was. */
  function restore() {
    const own = read(key)
    const waiting = others()
    const isFromServer = revision()?.value > 0
    const isSame = own?.key === keyField()?.value && own?.revision === revision()?.value
    // What began with another title is left alone, and so is another draft than the one that
    // the page came with: what is typed here then has a name of its own.
    const isTitled = began && own?.typed.title && ![own.began, own.typed.title].includes(began)
    const isOther = own && (isFromServer ? !isSame : isTitled)
    if (isFromServer && isSame) empty(own) // It may be further on than what the server has.
    if (own && !isOther) takeUp(key)
    else if (!own && !isFromServer && waiting[0]) {
      const latest = (held) => waiting.find((it) => !held.has(it) && beganAlike(it))
      // What one has begun to type meanwhile is a draft of its own.
      askForHeld((held) => hasTyped(form) || takeUp(latest(held)))
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

  function empty({ typed }) {
    for (const name of Object.keys(typed))
      if (form.elements[name]) form.elements[name].value = ""
  }

  function show(draft) {
    for (const [name, words] of Object.entries(draft.typed)) {
      const field = form.elements[name]
      if (field && (!field.value || field.value === began)) field.value = words
    }
    choose(form, draft.chosen)
    // The same key as when it was sent: what did arrive is then not posted twice.
    if (keyField() && draft.key) keyField().value = draft.key
    if (draft.revision && revision()) revision().value = draft.revision
    client = draft.client ?? client
    hideLinkTo(draft.key)
    note(form, "restored")
    form.dispatchEvent(new Event("restored"))
  }

  /** Add what was being written below the quotation that the page opened with. */
  function append(words) {
    if (!words.trim() || area.value.includes(words.trim())) return
    area.value = `${area.value.trimEnd()}\n\n${words.trim()}\n`
    note(form, "restored")
    form.dispatchEvent(new Event("restored"))
  }

  restore()
  // It is as old as before once the server has it, too.
  const onKept = () => isEmpty() || save(read(key)?.at)
  keepOnServer(form, { client: () => client, onKept })
  form.dataset.drafts = "loaded"
  form.addEventListener("input", () => save())
  // The next page that shows the thread forgets it.
  const leave = () => attempt(() => sessionStorage.setItem(SENT, key))
  form.addEventListener("leaving", leave)
  if (form.dataset.sending && !document.getElementById("posts")) leave() // Before this was here.
  document.addEventListener("reloading", (event) => {
    // An empty form leaves alone what another tab has kept.
    if (!isEmpty() && !save()) event.preventDefault()
  })
}

/** Hide the link to the draft of this key, which is here. Its room stays: nothing moves. */
function hideLinkTo(key) {
  const link = key && document.querySelector(`[data-waiting-draft="${key}"]`)
  if (link) link.style.visibility = "hidden"
}
