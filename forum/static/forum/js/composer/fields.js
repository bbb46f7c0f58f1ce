// Forms of several texts, such as that of a sheet: each text has the toolbar of a composer, and what
// comes where one begins to write, or goes on. Without this file they are text fields.
//
//   form[data-writing]   the address of what comes
//   .composer            a text, with its toolbar

import { loadScript } from "../script_loading.js"
import { enableToolbar } from "./toolbar.js"

/** A file that misses its field would be opened in place of the page, and what is written lost. */
function keepPage(event) {
  if (event.target.type === "file" || !event.dataTransfer.types.includes("Files")) return
  event.preventDefault()
  event.dataTransfer.dropEffect = "none"
}

for (const form of document.querySelectorAll("form[data-writing]")) {
  for (const type of ["dragover", "drop"]) form.addEventListener(type, keepPage)
  for (const composer of form.querySelectorAll(".composer")) {
    const load = () => loadScript(form.dataset.writing)
    const area = composer.querySelector("textarea")
    enableToolbar(composer, area)
    composer.addEventListener("focusin", load)
    // One was there before this, or goes on with what was written.
    if (composer.contains(document.activeElement) || area.value.trim()) load()
  }
}
