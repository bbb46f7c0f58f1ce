// How fresh the page is, said in #freshness: live, as of a time, or offline since.

import { fill } from "../../forum/js/words.js"
import { MINUTE, SECOND } from "./timing.js"

const chip = document.getElementById("freshness")
let lostSince = null
setInterval(() => lostSince && status.lost(lostSince), 15 * SECOND)

function show(state, values) {
  if (!chip) return
  const words = fill(chip, state, values)
  chip.hidden = false
  chip.dataset.state = state
  if (chip.textContent !== words) chip.textContent = words
}

function clock(moment) {
  const [h, mm] = new Date(moment).toTimeString().split(":")
  return fill(chip, "clock", { h: Number(h), mm })
}

export const status = {
  /** What happens shows at once. */
  direct() {
    lostSince = null
    show("direct")
  },

  /** The page is as it was at `known`. */
  upTo(known) {
    lostSince = null
    show("upto", { time: clock(known) })
  },

  /** Nothing is known since `known`. */
  lost(known) {
    lostSince = known
    const minutes = Math.floor((Date.now() - known) / MINUTE)
    if (minutes < 1) show("retry")
    else if (minutes < 60) show("offline", { n: minutes })
    else show("away", { n: Math.floor(minutes / 60) })
  },
}
