// The toolbar of a composer by keyboard: one stop of Tab, arrows within it; and in the text the
// keys that word processors have.

const FORMATS = { b: "bold", i: "italic", k: "link" }

/** Have keys serve the toolbar of `composer`. */
export function enableToolbarKeys(composer) {
  const toolbar = composer.querySelector(".tools")
  if (!toolbar) return
  const buttons = [...toolbar.querySelectorAll("button")]
  toolbar.setAttribute("role", "toolbar")
  const stopAt = (button) => {
    for (const one of buttons) one.tabIndex = one === button ? 0 : -1
  }
  const held = buttons.indexOf(document.activeElement)
  stopAt(buttons[Math.max(0, held)])

  toolbar.addEventListener("focusin", ({ target }) => stopAt(target))
  toolbar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement)
    const last = buttons.length - 1
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key]
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    buttons[(to + buttons.length) % buttons.length].focus()
  })

  for (const [key, format] of Object.entries(FORMATS)) {
    const keys = `Control+${key.toUpperCase()} Meta+${key.toUpperCase()}`
    toolbar.querySelector(`[data-md=${format}]`)?.setAttribute("aria-keyshortcuts", keys)
  }
  // The editor stands beside the field, and has taken those of its own.
  composer.querySelector("textarea").parentElement.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return
    const isPlain = !event.altKey && !event.shiftKey && event.ctrlKey !== event.metaKey
    const format = isPlain && FORMATS[event.key.toLowerCase()]
    if (!format) return
    event.preventDefault()
    toolbar.querySelector(`[data-md=${format}]`).click()
  })
}
