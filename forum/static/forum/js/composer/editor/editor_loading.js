// The editor, and the switch between the text as it will look and its source. The library is loaded
// as one begins to write, and where one came to go on, unless it was switched off on this device.
// Browsers that are too old for it have no switch, nor has a slow line or one that saves data.
//
//   .tools > template[data-formatting]        the switch and the style sheet of the editor
//   [data-formatting-switch][data-library]    the address of the library; words

import { announce } from "../../words.js"
import { suggestNames } from "../mentions.js"
import { titlePastedLinks } from "../pasted_links.js"
import { shownBlocks } from "./documents.js"
import { openEditor } from "./editor.js"
import { editorField } from "./editor_field.js"
import { labelEditor } from "./editor_labels.js"
import { choose, isChosen, isPossible } from "./formatting_choice.js"
import { enableTables } from "./table_button.js"

/** Offer the switch in `composer`. */
export function offerFormatting(composer) {
  const template = composer.querySelector("[data-formatting]")
  if (!template || !isPossible()) return
  const sheet = template.content.querySelector("link")
  sheet.remove()
  template.replaceWith(template.content)
  const button = composer.querySelector("[data-formatting-switch]")
  const area = composer.querySelector("textarea")
  const toolbar = composer.querySelector(".tools")
  const [label] = area.labels
  let editor

  /** Whether one types, or the text cannot be shown: then the field stays until it is left, or for
      good. */
  let isTyping = false
  let isSource = false

  async function open(isAsked) {
    const typed = area.value
    let pm, blocks
    try {
      ;[{ pm }] = await Promise.all([import(button.dataset.library), loaded(sheet)])
      if (!isAsked) blocks = await shownBlocks(pm, area)
    } catch {
      return isAsked && announce(button.dataset.failed)
    }
    if (editor) return
    if (isAsked) show(pm)
    else if (!blocks) isSource = true
    else if (!isTyping && area.value !== typed) await open(false)
    else if (!isTyping && !/[ \t]$/.test(typed)) show(pm, blocks)
  }

  function show(pm, blocks) {
    const hasFocus = !blocks || document.activeElement === area
    const place = document.createElement("div")
    place.className = "editor prose"
    place.style.minHeight = `${area.getBoundingClientRect().height}px`
    if (!hasFocus) stayAsHigh(place)
    area.before(place)
    editor = openEditor(pm, area, place, blocks)
    editor.place = place
    labelEditor(editor.view.dom, area, label)
    area.hidden = true
    area.focus = focusLater
    const field = editorField(editor.view, area, pm)
    suggestNames(field)
    titlePastedLinks(field)
    button.setAttribute("aria-pressed", "true")
    if (hasFocus) editor.view.focus()
  }

  /** What focuses the field writes there at once, by a command that would write where the focus or
      the selection is. */
  function focusLater() {
    editor.view.dom.blur()
    getSelection().removeAllRanges()
    queueMicrotask(() => editor?.view.focus())
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

  enableTables(composer.querySelector("[data-table]"), area, () => editor)
  button.title = button.getAttribute("aria-label")
  button.addEventListener("click", () => {
    choose(!editor)
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

  function begin() {
    isTyping = false
    if (!editor && !isSource && isChosen()) open(false)
  }

  for (const type of ["beforeinput", "compositionstart", "paste"])
    area.addEventListener(type, () => {
      isTyping = true
    })
  area.addEventListener("focus", begin)
  const goOn = () => area.value.trim() && begin()
  if (document.activeElement === area) begin()
  else if (area.form.dataset.writing || /edit|new/.test(area.form.dataset.composer)) {
    goOn()
    area.form.addEventListener("restored", goOn)
  }
}

/** Have the editor in `place` be no higher than the field, so that nothing moves, until one is in it. */
function stayAsHigh(place) {
  Object.assign(place.style, { maxHeight: place.style.minHeight, overflow: "auto" })
  const end = () => Object.assign(place.style, { maxHeight: "", overflow: "" })
  place.addEventListener("focusin", end, { once: true })
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
