// What waits for whoever is signed in, wherever the page counts it, and before the title.

import { fill } from "../../forum/js/words.js"

const { title } = document
let count = 0

/** Show the counts of a frame: `badge`, all that the bell counts, and others. */
export function showCounts(frame) {
  count = frame.badge
  document.dispatchEvent(new CustomEvent("counts", { detail: frame }))
  updateTitle()
  for (const badge of document.querySelectorAll("[data-count]")) {
    const n = frame[badge.dataset.count]
    badge.hidden = !n
    badge.textContent = badge.dataset.one ? fill(badge, n === 1 ? "one" : "many", { n }) : n
  }
}

/** Titles are all that one sees of the tabs behind; nowhere else need they change. */
export function updateTitle() {
  document.title = (document.hidden && count ? `(${count}) ` : "") + title
}
