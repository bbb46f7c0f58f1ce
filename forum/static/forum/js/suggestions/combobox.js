// A combobox, as the ARIA practices describe it: the arrows go through the options of a list
// while the cursor stays in the field, Enter takes one, Escape closes the list.

/** Make `input` the combobox of `list`, whose options are links; `popup`, which holds it, is what
    opens and closes. A text area keeps its keys while it is closed. Gives `show(is)` and
    `isOpen()`; `onOpen` is asked what to show where the arrows open it, and says whether there is
    anything. */
export function combobox(input, list, popup, onOpen) {
  const isArea = input.matches("textarea, [contenteditable]") // It has no role but its own.
  const attributes = { "aria-autocomplete": "list", "aria-controls": list.id }
  if (!isArea) Object.assign(attributes, { role: "combobox", "aria-expanded": "false" })
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value)
  let active = null

  function light(option) {
    active?.removeAttribute("aria-selected")
    active = option
    if (!option) return input.removeAttribute("aria-activedescendant")
    option.setAttribute("aria-selected", "true")
    input.setAttribute("aria-activedescendant", option.id)
    option.scrollIntoView({ block: "nearest" })
  }

  function show(is) {
    popup.hidden = !is
    if (!isArea) input.setAttribute("aria-expanded", is)
    light(null)
  }

  function step(by) {
    if (popup.hidden && !onOpen()) return
    const options = [...list.querySelectorAll("[role=option]")]
    const at = options.indexOf(active)
    const to = at < 0 ? (by > 0 ? 0 : options.length - 1) : at + by
    light(options[to] ?? null) // Past either end is the field itself.
  }

  /** The option that a key takes: the one that is lit, else in a text, of a list marked so, the
      first. There Tab takes one, too. */
  function takenBy({ key, shiftKey }) {
    if (key !== "Enter" && !(isArea && key === "Tab" && !shiftKey)) return null
    return active ?? (isArea && list.matches("[data-first]") ? list.firstElementChild : null)
  }

  // Before the editor of posts sees it, which has its own keys.
  const keydown = (event) => {
    if (event.isComposing || (isArea && popup.hidden)) return
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const taken = takenBy(event)
    if (by) {
      event.preventDefault()
      step(by)
    } else if (taken) {
      event.preventDefault()
      taken.click()
    } else if (event.key === "Escape") {
      event.preventDefault() // A browser would empty the field.
      if (popup.hidden) input.blur()
      else show(false)
    }
  }
  input.addEventListener("keydown", keydown, true)
  // Before the field loses its focus, which would close the list under the pointer.
  popup.addEventListener("mousedown", (event) => event.preventDefault())
  return { show, isOpen: () => !popup.hidden }
}
