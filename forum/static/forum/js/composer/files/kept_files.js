// What a draft keeps of the files of a composer: the ids of those that are sent, with what is
// said of them. Their rows are fetched again by the script of uploads.
//
//   input[data-upload][data-kept]   the files of the draft that was taken up, until they are there

import { loadScript } from "../../script_loading.js"

const fieldOf = (form) => form.querySelector("[data-upload]")
const named = (what, id) => `${what}-${id}`
const SENT = ".chosen-files > li:not([hidden]) > [name=file]:enabled"

/** The files of `form` that are sent and not given up, as a draft keeps them. */
export function filesIn(form) {
  const shown = [...form.querySelectorAll(SENT)].map(({ value }) => ({
    id: value,
    description: form.elements[named("description", value)]?.value ?? "",
    isDecorative: form.elements[named("decorative", value)]?.checked ?? false,
  }))
  return [...shown, ...keptIn(fieldOf(form))]
}

/** The files that wait to be shown again. */
export function keptIn(field) {
  return JSON.parse(field?.dataset.kept ?? "[]")
}

/** Show those `files` of a draft in `form` again that are not there. */
export function restoreFiles(form, files = []) {
  const there = filesIn(form).map(({ id }) => id)
  const missing = files.filter(({ id }) => !there.includes(id))
  const field = fieldOf(form)
  if (!field || !missing.length) return
  field.dataset.kept = JSON.stringify(missing)
  loadScript(field.dataset.script)
  field.dispatchEvent(new Event("kept"))
}
