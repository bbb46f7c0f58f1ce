// Whether what one writes is shown as it will look: where one has chosen so, on this device.

import { attempt } from "../../browser_storage.js"

/** Where `localStorage` holds "on" where one has. */
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
  let choice = "off"
  attempt(() => {
    choice = localStorage.getItem(FORMATTING)
  })
  return choice === "on"
}

/** Remember that it is, or is not. */
export function choose(is) {
  attempt(() => localStorage.setItem(FORMATTING, is ? "on" : "off"))
}
