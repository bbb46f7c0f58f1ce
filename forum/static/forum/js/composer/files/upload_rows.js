// The rows of the files of a composer: made, shown in each of their states, moved and taken away.
//
//   .chosen-files > li[data-state]            waiting, sending, cut, failed, refused, sent
//   li [name=file]                            its id, disabled until it is sent
//   li [data-progress][data-state-words][data-retry][data-remove]
//                    [data-move][data-earlier], [data-move][data-later]

import { fill } from "../../words.js"

const NAMED = ["id", "name", "for", "aria-describedby"]
let made = 0

/** The rows of `list` that are not given up. */
export const rowsOf = (list) => [...list.children].filter((row) => !row.hidden)

/** What a row's file is called. */
export const nameIn = (row) => row.querySelector("[data-file-name]").textContent

/** Make the row of a file that is not sent yet; what is asked of a picture is of no document. */
export function makeRow(panel, { name, size, isImage }) {
  const [row] = panel.querySelector("template[data-row]").content.cloneNode(true).children
  row.querySelector("[data-file-name]").textContent = name
  row.querySelector("[data-file-size]").textContent = size
  row.querySelector("[name=file]").disabled = true
  made += 1
  rename(row, "new", `new${made}`)
  if (!isImage) for (const it of row.querySelectorAll("[data-of-picture]")) it.remove()
  return addTools(row, panel)
}

/** Give a row the buttons that a script serves, instead of its box. */
export function addTools(row, panel) {
  const name = nameIn(row)
  row.dataset.state ??= "sent"
  row.querySelector("[data-remove-box]").hidden = true
  row.lastElementChild.append(
    panel.querySelector("template[data-tools]").content.cloneNode(true),
  )
  for (const part of row.querySelectorAll("[data-label]")) {
    part.setAttribute("aria-label", fill(part, "label", { name }))
  }
  return row
}

/** Show that a row is in `state`; `words` say more of it. */
export function showState(row, state, words = "") {
  const isUnderway = state === "waiting" || state === "sending"
  const part = (name) => row.querySelector(`[data-${name}]`)
  row.dataset.state = state
  part("progress").hidden = !isUnderway
  part("retry").hidden = state !== "cut" && state !== "failed"
  part("state-words").textContent = isUnderway || state === "sent" ? words : ""
  part("refusal").textContent = isUnderway || state === "sent" ? "" : words
  const remove = part("remove")
  const values = { name: nameIn(row) }
  remove.textContent = fill(remove, isUnderway ? "cancel" : "give")
  remove.setAttribute("aria-label", fill(remove, isUnderway ? "cancelLabel" : "label", values))
}

/** Show how much of a row's file is sent, `part` from 0 to 1. */
export function showProgress(row, panel, part) {
  row.querySelector("[data-progress]").value = part
  const percent = Math.floor(part * 100)
  row.querySelector("[data-state-words]").textContent = fill(panel, "percent", { percent })
}

/** Have a row be that of the file `id`, which is sent. */
export function nameRow(row, id) {
  const field = row.querySelector("[name=file]")
  rename(row, `new\\d+`, id)
  field.value = id
  field.disabled = false
}

/** Take a row away, and say so in the form where the page came with it; go on in the next. */
export function removeRow(row, list, otherwise) {
  const rows = rowsOf(list)
  const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1]
  const box = row.querySelector("[name=remove]")
  if (box.value) {
    box.checked = true
    row.hidden = true
  } else row.remove()
  arrange(list)
  const place = next?.querySelector("[data-remove]") ?? otherwise
  place.focus()
}

/** Move a row by one place, earlier or later, and stay on its button. */
export function moveRow(row, list, button) {
  const rows = rowsOf(list)
  const at = rows.indexOf(row)
  if ("earlier" in button.dataset) rows[at - 1]?.before(row)
  else rows[at + 1]?.after(row)
  arrange(list)
  const other = row.querySelector("[data-move]:enabled")
  if (button.disabled) other.focus()
  else button.focus()
}

/** Let rows be moved only where there is a place to. */
export function arrange(list) {
  const rows = rowsOf(list)
  for (const [at, row] of rows.entries()) {
    const [earlier, later] = row.querySelectorAll("[data-move]")
    earlier.hidden = later.hidden = rows.length < 2
    earlier.disabled = at === 0
    later.disabled = at === rows.length - 1
  }
}

/** The first field of a picture that lacks its description, if any; each says so. */
export function findMissing(list, words) {
  const [missing] = rowsOf(list).filter((row) => !isDescribed(row, words))
  return missing && descriptionOf(missing)
}

/** Whether the picture of a row, if it is one, is described; its field says if it is not. */
export function isDescribed(row, words) {
  const field = descriptionOf(row)
  if (!field) return true
  const is = field.value.trim() !== "" || row.querySelector("[name^=decorative-]").checked
  if (is) field.removeAttribute("aria-invalid")
  else field.setAttribute("aria-invalid", "true")
  document.getElementById(`${field.id}_error`).textContent = is ? "" : words
  return is
}

const descriptionOf = (row) => row.querySelector("[name^=description-]")

function rename(row, from, to) {
  const place = new RegExp(`-${from}(?=$|_)`)
  for (const part of row.querySelectorAll(NAMED.map((it) => `[${it}]`).join())) {
    for (const name of NAMED) {
      const value = part.getAttribute(name)
      if (value) part.setAttribute(name, value.replace(place, `-${to}`))
    }
  }
}
