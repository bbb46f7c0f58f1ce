// Files of a composer, sent as soon as they are chosen, dropped or pasted. Without this file they
// go with the form.
//
//   [data-files] > .chosen-files, input[data-upload]   the address that takes them, and has the panel
//   [data-uploads]                                     the panel: limits, words, rows to copy

import { announce, fill } from "../../words.js"
import { hasEnding, nameOf, refusalOf, sizeInWords } from "./file_checks.js"
import { holdForm } from "./held_form.js"
import { restoredRows } from "./restored_rows.js"
import { drawThumbnail } from "./thumbnails.js"
import { fetchPanel } from "./upload_panel.js"
import { uploadQueue } from "./upload_queue.js"
import {
  addTools,
  arrange,
  makeRow,
  moveRow,
  nameIn,
  removeRow,
  rowsOf,
} from "./upload_rows.js"

document.querySelectorAll("[data-upload]").forEach(sendAtOnce)

async function sendAtOnce(field) {
  const { form } = field
  const box = field.closest("[data-files]")
  const list = box.querySelector(".chosen-files") ?? document.createElement("ul")
  let panel, queue

  /** Take what is in the field; where the panel cannot be fetched, it stays there. */
  function take() {
    if (!panel || !field.files.length) return
    const chosen = [...field.files]
    field.value = ""
    add(chosen)
  }

  function begin() {
    list.classList.add("chosen-files")
    box.querySelector("[data-remaining]")?.remove() // The panel says it.
    box.prepend(list)
    field.dataset.ready = "" // It never holds a file from now on.
    queue = uploadQueue({ form, list, panel, address: field.dataset.upload })
    for (const row of rowsOf(list)) addTools(row, panel)
    arrange(list)
    holdForm({ form, list, panel, queue })
    list.addEventListener("click", press)
    list.addEventListener("keydown", stayInField)
    panel.querySelector("[data-camera]").addEventListener("change", ({ target }) => {
      add([...target.files])
      target.value = ""
    })
    showDrops(form)
    restore()
    take()
  }

  function add(files) {
    for (const file of files) addOne(file)
    arrange(list)
    queue.goOn()
  }

  const sized = (row) => [nameIn(row), queue.sizeOf(row)]

  function addOne(file) {
    const rows = rowsOf(list)
    const name = nameOf(file, panel, rows.map(nameIn))
    const counted = rows.filter((row) => row.dataset.state !== "refused")
    const refusal = refusalOf(file, name, panel, counted.map(sized))
    const isImage = !refusal && hasEnding(name, panel.dataset.images)
    const row = makeRow(panel, { name, size: sizeInWords(file.size), isImage })
    list.append(row)
    if (isImage) drawThumbnail(file, row.querySelector("canvas"))
    queue.add(row, file, name, refusal)
  }

  function press({ target }) {
    const button = target.closest("button")
    const row = button?.closest("li")
    if (!row) return
    if ("retry" in button.dataset) queue.retry(row)
    else if ("move" in button.dataset) moveRow(row, list, button)
    else remove(row)
    changed()
  }

  function remove(row) {
    queue.drop(row)
    announce(fill(panel, "removed", { name: nameIn(row) }))
    removeRow(row, list, field)
  }

  /** The draft has the files as they are now. */
  function changed() {
    form.dispatchEvent(new Event("input", { bubbles: true }))
  }

  async function restore() {
    const { rows, words } = await restoredRows(field, list, panel)
    for (const row of rows) list.append(addTools(row, panel))
    arrange(list)
    if (words) panel.querySelector("[data-said]").textContent = words
    if (rows.length) changed()
  }

  /** Fetch what this needs; where the line is cut, once it is there again. */
  async function prepare() {
    try {
      panel = await fetchPanel(field.dataset.upload, box)
    } catch {
      addEventListener("online", prepare, { once: true })
      return
    }
    begin()
  }

  field.addEventListener("change", take)
  field.addEventListener("kept", () => panel && restore())
  addEventListener("online", () => panel && restore())
  await prepare()
}

/** Mark `form` as long as a file is held over it. */
function showDrops(form) {
  const mark = ({ type, dataTransfer }) => {
    const isOver = type === "dragover" && dataTransfer.types.includes("Files")
    form.classList.toggle("dropping", isOver)
  }
  for (const type of ["dragover", "dragleave", "drop"]) form.addEventListener(type, mark)
}

/** The key that begins a new line in a text sends no form from a field of a row. */
function stayInField(event) {
  if (event.key === "Enter" && event.target.matches("[type=text]")) event.preventDefault()
}
