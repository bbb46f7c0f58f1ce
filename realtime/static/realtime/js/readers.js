// Who reads the thread: the line beside it and the one of its composer say the same.

import { announce, fill } from "../../forum/js/words.js"

/** Show who reads the thread of `list` now, and say it aloud. */
export function showReaders(list, { summary, html }) {
  if (list.dataset.readers === summary) return
  list.dataset.readers = summary
  const lines = [...document.querySelectorAll(".readers")]
  for (const line of lines) line.innerHTML = html
  const who = lines[0]?.textContent.trim().replace(/\s+/g, " ")
  if (who) announce(fill(document.getElementById("freshness"), "readers", { who }))
}
