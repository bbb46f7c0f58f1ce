// Files of a composer, sent as soon as they are chosen, dropped or pasted. Without this file they
// go with the form.
//
//   [data-files] > .chosen-files, input[data-upload]   the address that takes them, and has the kit
//   [data-uploads]                                     the kit: limits, words, rows to copy

import { hasEnding, nameOf, refusalOf, sizeInWords } from "./file_checks.js"
import { holdForm } from "./held_form.js"
import { restoredRows } from "./restored_rows.js"
import { drawThumbnail } from "./thumbnails.js"
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
import { fetchKit } from "./uploads_kit.js"
import { announce, fill } from "./words.js"

document.querySelectorAll("[data-upload]").forEach(sendAtOnce)

async function sendAtOnce(field) {
  const { form } = field
  const box = field.closest("[data-files]")
  const list = box.querySelector(".chosen-files") ?? document.createElement("ul")
  let kit, queue

  /** Take what is in the field; where the kit cannot be fetched, it stays there. */
  function take() {
    if (!kit || !field.files.length) return
    const chosen = [...field.files]
    field.value = ""
    add(chosen)
  }

  function begin() {
    list.classList.add("chosen-files")
    box.querySelector("[data-remaining]")?.remove() // The kit says it.
    box.prepend(list)
    field.dataset.ready = "" // It never holds a file from now on.
    queue = uploadQueue({ form, list, kit, address: field.dataset.upload })
    for (const row of rowsOf(list)) addTools(row, kit)
    arrange(list)
    holdForm({ form, list, kit, queue })
    list.addEventListener("click", press)
    list.addEventListener("keydown", stayInField)
    kit.querySelector("[data-camera]").addEventListener("change", ({ target }) => {
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

  function addOne(file) {
    const rows = rowsOf(list)
    const name = nameOf(file, kit, rows.map(nameIn))
    const counted = rows.filter((row) => row.dataset.state !== "refused")
    const refusal = refusalOf(file, name, kit, counted.map(queue.sizeOf))
    const isImage = !refusal && hasEnding(name, kit.dataset.images)
    const row = makeRow(kit, { name, size: sizeInWords(file.size), isImage })
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
    announce(fill(kit, "removed", { name: nameIn(row) }))
    removeRow(row, list, field)
  }

  /** The draft has the files as they are now. */
  function changed() {
    form.dispatchEvent(new Event("input", { bubbles: true }))
  }

  async function restore() {
    const { rows, words } = await restoredRows(field, list, kit)
    for (const row of rows) list.append(addTools(row, kit))
    arrange(list)
    if (words) kit.querySelector("[data-said]").textContent = words
    if (rows.length) changed()
  }

  /** Fetch what this needs; where the line is cut, once it is there again. */
  async function prepare() {
    try {
      kit = await fetchKit(field.dataset.upload, box)
    } catch {
      addEventListener("online", prepare, { once: true })
      return
    }
    begin()
  }

  field.addEventListener("change", take)
  field.addEventListener("kept", () => kit && restore())
  addEventListener("online", () => kit && restore())
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
