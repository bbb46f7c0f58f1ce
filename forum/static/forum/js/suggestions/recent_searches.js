// What was searched for lately: kept in this browser, per person, until they sign out or wipe
// it; a guest's goes with the tab.

import { attempt } from "../browser_storage.js"

const MOST = 5
const SEARCHES = "searches "

const place = () => (document.body.dataset.person ? localStorage : sessionStorage)
const key = () => `${SEARCHES}${document.body.dataset.person}`

/** The last searches, the latest first. */
export function recentSearches() {
  let kept = []
  attempt(() => {
    const found = JSON.parse(place().getItem(key()) ?? "[]")
    kept = Array.isArray(found) ? found.filter((it) => typeof it === "string") : []
  })
  return kept
}

/** Keep `words` as the latest search. */
export function keepSearch(words) {
  const kept = words.trim()
  if (!kept) return
  const others = recentSearches().filter((it) => it.toLowerCase() !== kept.toLowerCase())
  const latest = [kept, ...others].slice(0, MOST)
  attempt(() => place().setItem(key(), JSON.stringify(latest)))
}

/** Forget them all. */
export function forgetSearches() {
  attempt(() => place().removeItem(key()))
}
