// What the reader is told of news: a bar that shows it on demand, and replies said aloud.

import { announce, fill } from "../../forum/js/words.js"

// The writer's own page has that long to withdraw what it has itself just sent.
const FIRST_AFTER = 700 // ms
const NEXT_AFTER = 3_000 // ms

let waiting = []
let isSpeaking = false

/** Say in #fresh that `count` elements wait; `act` shows them. */
export function showBar(count, act) {
  const bar = document.getElementById("fresh")
  if (!bar) return
  bar.hidden = count === 0
  bar.onclick = act
  if (count) bar.textContent = fill(bar, count === 1 ? "one" : "many", { n: count })
}

/** Say aloud who wrote the reply `number`, one reply at a time. */
export function announceReply(number, post) {
  const name = post.querySelector("h2")?.textContent
  const words = fill(document.getElementById("freshness"), "reply", { name })
  waiting.push({ number, words })
  if (!isSpeaking) setTimeout(speak, FIRST_AFTER)
  isSpeaking = true
}

/** Say nothing of the reply `number`. */
export function withdrawReply(number) {
  waiting = waiting.filter((notice) => notice.number !== number)
}

function speak() {
  const notice = waiting.shift()
  isSpeaking = notice !== undefined
  if (!isSpeaking) return
  announce(notice.words)
  setTimeout(speak, NEXT_AFTER)
}
