// Files that are dropped on a composer or pasted into it are chosen in its field, with which a
// form sends them; the script that sends them at once is loaded where one comes to have any.
//
//   input[data-upload][data-script]   the field, and the address of the script

import { loadScript } from "../../script_loading.js"

/** Take the files that come to `form`. */
export function takeFiles(form) {
  const field = form.querySelector("[data-upload]")
  if (!field) return
  const load = () => loadScript(field.dataset.script)
  const take = (event) => {
    const { files, types } = event.dataTransfer ?? event.clipboardData
    if (!types.includes("Files") || event.defaultPrevented) return
    load()
    // A part of a document comes as a picture too, and stays text.
    if (types.includes("text/plain") && types.includes("text/html")) return
    event.preventDefault()
    const all = new DataTransfer()
    for (const file of [...field.files, ...files]) all.items.add(file)
    field.files = all.files
    field.dispatchEvent(new Event("change"))
  }
  for (const type of ["dragover", "drop", "paste"]) form.addEventListener(type, take)
  for (const type of ["focus", "click", "change"]) field.addEventListener(type, load)
}
