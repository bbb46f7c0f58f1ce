// Drafts in the browser's storage: each under the key of its form and of the tab that wrote it.

import { attempt, draftKeys } from "../../browser_storage.js"

const MAX_AGE = 30 * 24 * 3600 * 1000 // ms
const TAB = "tab"
/** A name that nothing else has. */
export const random = () => Math.random().toString(36).slice(2)
/** Which page wrote a draft: a tab that was duplicated has the same name as the first. */
export const PAGE = random()

/** Forget the drafts that nobody came back to. */
export function forgetOldDrafts() {
  attempt(() => {
    for (const key of draftKeys()) if (ageOf(key) > MAX_AGE) localStorage.removeItem(key)
  })
}

/** Milliseconds since the draft at `key` was saved. */
export function ageOf(key) {
  return Date.now() - (read(key)?.at ?? 0)
}

/** The draft at `key`, or null. */
export function read(key) {
  let draft = null
  attempt(() => {
    draft = JSON.parse(localStorage.getItem(key))
  })
  return draft
}

/** Keep `draft` at `key`, as of this page; whether the browser allowed it. */
export function write(key, draft) {
  return attempt(() => localStorage.setItem(key, JSON.stringify({ ...draft, page: PAGE })))
}

/** The name of this tab; `name` where it takes another. */
export function tabName(name) {
  let kept = name ?? random()
  attempt(() => {
    kept = name ?? sessionStorage.getItem(TAB) ?? kept
    sessionStorage.setItem(TAB, kept)
  })
  return kept
}
