// Whether what one writes is shown as it will look: unless one chose otherwise on this device.

import { attempt } from "../../browser_storage.js"

/** Where `localStorage` holds "off" where one has. */
const FORMATTING = "formatting"

/** Whether this browser knows what the editor needs, and its line carries it. */
export function isPossible() {
  const isKnown =
    "findLast" in Array.prototype && "hasOwn" in Object && "inert" in HTMLElement.prototype
  const { saveData, effectiveType } = navigator.connection ?? {}
  return isKnown && !saveData && !/2g$/.test(effectiveType)
}

/** Whether the text is shown as it will look. */
export function isChosen() {
  let choice = null
  attempt(() => {
    choice = localStorage.getItem(FORMATTING)
  })
  return choice !== "off"
}

/** Remember that it is, or is not. */
export function choose(is) {
  attempt(() => localStorage.setItem(FORMATTING, is ? "on" : "off"))
}
