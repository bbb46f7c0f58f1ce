// The badge: how many followed threads have news, in the header and before the title.

import { fill } from "../../forum/js/words.js"

const { title } = document
let count = 0

/** Show that `n` threads have news. */
export function showBadge(n) {
  count = n
  updateTitle()
  const badge = document.getElementById("badge")
  if (!badge) return
  badge.hidden = n === 0
  badge.textContent = fill(badge, n === 1 ? "one" : "many", { n })
}

/** Titles are all that one sees of the tabs behind; nowhere else need they change. */
export function updateTitle() {
  document.title = (document.hidden && count ? `(${count}) ` : "") + title
}
