// Keeps an open page true. Without this file its reader reloads.
//
//   #posts[data-live][data-changes][data-seq][data-first][data-last]    a page of a thread
//   #threads[data-live][data-refresh][data-shown] > #thread-7[data-seq] a page of a list
//   .presence, #badge      who is here, who writes, what waits elsewhere
//   .readers               who may read the thread
//   #freshness, #fresh, #live-region      how fresh it is, what waits, what is said aloud
//
// Frames are those of realtime/README.md. What comes twice or late does no harm. Nothing moves
// under the reader, and what someone is writing in is never replaced.

import { showCounts, updateTitle } from "./badge.js"
import { connect } from "./connection.js"
import { replace } from "./elements.js"
import { listPage } from "./list.js"
import { showReaders } from "./readers.js"
import { status } from "./status.js"
import { threadPage } from "./thread.js"

const posts = document.querySelector("#posts[data-live]")
const threads = document.querySelector("#threads[data-live]")
const page = posts ? threadPage(posts, say) : threads ? listPage(threads) : null
const connection = page && connect({ ...page, hear, closed }, status)
document.addEventListener("visibilitychange", updateTitle)
document.addEventListener("replied", showReply)

function say(frame) {
  return connection.say(frame)
}

/** Apply a frame; whether it was news. */
function hear(frame) {
  if ("badge" in frame) showCounts(frame)
  if (posts && frame.readers) showReaders(posts, frame.readers)
  if ("seq" in frame || "order" in frame) return page.hear(frame)
  for (const [id, html] of Object.entries(frame.elements ?? {})) {
    const shown = document.getElementById(id)
    if (shown && html) replace(shown, html)
  }
  return false
}

/** Without a socket nobody knows any more who reads or writes. */
function closed() {
  for (const element of document.querySelectorAll(".presence")) element.replaceChildren()
}

/** Apply what the form of a reply was answered; where its post shows, tell the composer. */
function showReply(event) {
  const { detail: answer } = event
  if (answer.reload || !page) return
  page.hear(answer)
  connection.ensureOpen()
  if (page.show(answer.number)) event.preventDefault()
}
