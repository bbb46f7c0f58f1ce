// A composer is sent once its files are, and each picture is described.

import { fill } from "../../words.js"
import { findMissing, isDescribed } from "./upload_rows.js"

/** Hold `form` back until its files are sent, and take away those that its post has got. */
export function holdForm({ form, list, panel, queue }) {
  const said = panel.querySelector("[data-said]")
  let pressed = null
  let sent = []

  function hold(event) {
    if (event.submitter?.hasAttribute("formaction")) return
    const reason = reasonToWait(event)
    if (reason === null) {
      pressed = null
      sent = [...list.children]
      return
    }
    event.preventDefault()
    event.stopImmediatePropagation()
    said.textContent = reason
  }

  /** Why it is not sent now, in words, or null; where its writer must do something, that has the
      focus, and a picture's field says itself what is missing. */
  function reasonToWait({ submitter }) {
    const missing = findMissing(list, fill(panel, "describe"))
    const [wrong] = queue.inState("failed", "refused")
    pressed = null
    if (wrong) {
      wrong.querySelector("[data-remove]").focus()
      return fill(panel, "leftOver")
    }
    if (missing) {
      missing.focus()
      return ""
    }
    if (!queue.inState("waiting", "sending", "cut").length) return null
    pressed = submitter ?? form.querySelector("[data-send]")
    return fill(panel, "held")
  }

  /** Press again what was pressed while files were on their way. */
  function goOn() {
    const button = pressed
    pressed = null
    if (button?.isConnected) button.click()
  }

  list.addEventListener("input", ({ target }) => {
    const row = target.closest("li")
    if (row.querySelector("[aria-invalid]")) isDescribed(row, fill(panel, "describe"))
  })
  // Before what sends it, and what notes that it is sent.
  form.addEventListener("submit", hold, true)
  form.addEventListener("settled", goOn)
  document.addEventListener("replied", () => {
    for (const row of sent) row.remove()
    sent = []
    said.textContent = ""
    form.dispatchEvent(new Event("input"))
  })
}
