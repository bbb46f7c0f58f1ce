// The switch between the text as it will look and its source. The library that shows it is loaded
// when it is switched on; on this device it then is wherever one begins to write. Browsers that are
// too old for it have no switch, nor has a line that saves data.
//
//   .tools > template[data-formatting]        the switch and the style sheet of the editor
//   [data-formatting-switch][data-library]    the address of the library; words

import { attempt } from "../../browser_storage.js"
import { announce } from "../../words.js"
import { suggestNames } from "../mentions.js"
import { openEditor } from "./editor.js"
import { editorField } from "./editor_field.js"

/** Where `localStorage` holds "on" where the text is shown as it will look. */
const FORMATTING = "formatting"

const isKnown =
  "findLast" in Array.prototype && "hasOwn" in Object && "inert" in HTMLElement.prototype

/** Offer the switch in the composer of `form`. */
export function offerFormatting(form) {
  const template = form.querySelector("[data-formatting]")
  if (!template || !isKnown || navigator.connection?.saveData) return
  const sheet = template.content.querySelector("link")
  sheet.remove()
  template.replaceWith(template.content)
  const button = form.querySelector("[data-formatting-switch]")
  const area = form.querySelector("textarea")
  const toolbar = form.querySelector(".tools")
  const label = form.querySelector(`label[for="${area.id}"]`)
  let editor

  async function open(isAsked) {
    const typed = area.value
    let pm
    try {
      ;[{ pm }] = await Promise.all([import(button.dataset.library), loaded(sheet)])
    } catch {
      return isAsked && announce(button.dataset.failed)
    }
    // Where one has begun to write meanwhile, the field stays until one comes to it again.
    if (editor || (!isAsked && area.value !== typed)) return
    const hadFocus = isAsked || document.activeElement === area
    const place = document.createElement("div")
    place.className = "editor prose"
    place.style.minHeight = `${area.offsetHeight}px`
    area.before(place)
    editor = openEditor(pm, area, place)
    editor.place = place
    describe(editor.view.dom)
    area.hidden = true
    area.focus = focusLater
    suggestNames(editorField(editor.view, area, pm))
    button.setAttribute("aria-pressed", "true")
    if (hadFocus) editor.view.focus()
  }

  /** What focuses the field writes there at once, by a command that would write where the focus or
      the selection is. */
  function focusLater() {
    editor.view.dom.blur()
    getSelection().removeAllRanges()
    queueMicrotask(() => editor?.view.focus())
  }

  /** Have `box` be for who cannot see it what the field is. */
  function describe(box) {
    label.id ||= `${area.id}-label`
    const same = () => {
      for (const name of ["aria-describedby", "aria-invalid", "aria-required"])
        if (area.hasAttribute(name)) box.setAttribute(name, area.getAttribute(name))
        else box.removeAttribute(name)
    }
    const constant = { role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id }
    for (const [name, value] of Object.entries(constant)) box.setAttribute(name, value)
    box.id = `${area.id}-editor`
    same()
    new MutationObserver(same).observe(area, { attributes: true })
  }

  function close() {
    editor.close()
    editor.place.remove()
    editor = null
    delete area.focus
    area.hidden = false
    button.setAttribute("aria-pressed", "false")
    area.focus()
  }

  const isOn = () => {
    let is = false
    attempt(() => {
      is = localStorage.getItem(FORMATTING) === "on"
    })
    return is
  }

  button.title = button.getAttribute("aria-label")
  button.addEventListener("click", () => {
    attempt(() => localStorage.setItem(FORMATTING, editor ? "off" : "on"))
    if (editor) close()
    else open(true)
  })
  label.addEventListener("click", () => editor?.view.focus())
  toolbar.addEventListener("click", format, true)

  /** What the toolbar does to the field, done in the editor. */
  function format(event) {
    const pressed = event.target.closest("[data-md]")
    if (!editor || !pressed) return
    event.stopPropagation()
    const kind = pressed.dataset.md
    if (kind === "link" && !editor.isLinked()) addLink()
    else editor.format(kind)
    editor.view.focus()
  }

  function addLink() {
    const typed = prompt(button.dataset.address, "https://")?.trim() ?? ""
    if (typed.replace("https://", "")) editor.format("link", withScheme(typed))
  }

  const begin = () => !editor && isOn() && open(false)
  area.addEventListener("focus", begin)
  if (document.activeElement === area) begin()
}

/** Load the style `sheet`, if it is not there. */
const loaded = (sheet) =>
  sheet.isConnected ||
  new Promise((load, fail) => {
    sheet.addEventListener("load", load)
    sheet.addEventListener("error", fail)
    document.head.append(sheet)
  })

const withScheme = (address) =>
  /^(?:https?:|mailto:|tel:|\/)/i.test(address) ? address : `https://${address}`
