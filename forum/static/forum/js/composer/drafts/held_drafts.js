// Which drafts a page holds: one that looks for a draft asks, and open pages answer, each by
// an event of the storage, which keeps no page from being put aside and taken up again.

import { attempt } from "../../browser_storage.js"

const ASK = "ask"
const HELD = "held"
/** How often to look for answers, and after how long each time: a browser that is busy, which keeps
    others from answering, keeps this page from looking, too. */
const [LOOKS, PAUSE] = [10, 50] // ms

/** Call `act` with the keys of the drafts that open pages hold. */
export function askForHeld(act) {
  const held = new Set()
  const hear = ({ key, newValue }) => key === HELD && newValue && held.add(newValue)
  addEventListener("storage", hear)
  attempt(() => localStorage.setItem(ASK, Math.random()))
  let looks = 0
  const wait = setInterval(() => {
    looks += 1
    if (looks < LOOKS) return
    clearInterval(wait)
    removeEventListener("storage", hear)
    attempt(() => {
      localStorage.removeItem(ASK)
      localStorage.removeItem(HELD)
    })
    act(held)
  }, PAUSE)
}

/** Answer other pages with the key that `holds` gives, if any. */
export function answerAsks(holds) {
  addEventListener("storage", ({ key, newValue }) => {
    const own = key === ASK && newValue && holds()
    if (!own) return
    attempt(() => {
      localStorage.removeItem(HELD) // The same value again would be no event.
      localStorage.setItem(HELD, own)
    })
  })
}
