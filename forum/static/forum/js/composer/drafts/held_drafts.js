// Which drafts a page holds: one that looks for a draft asks, and open pages answer, each by
// an event of the storage, which keeps no page from being put aside and taken up again.

import { attempt } from "../../browser_storage.js"

const ASK = "ask"
const HELD = "held"
const PATIENCE = 500 // ms

/** Call `act` with the keys of the drafts that open pages hold. */
export function askForHeld(act) {
  const held = new Set()
  const hear = ({ key, newValue }) => key === HELD && newValue && held.add(newValue)
  addEventListener("storage", hear)
  attempt(() => localStorage.setItem(ASK, Math.random()))
  setTimeout(() => {
    removeEventListener("storage", hear)
    attempt(() => {
      localStorage.removeItem(ASK)
      localStorage.removeItem(HELD)
    })
    act(held)
  }, PATIENCE)
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
