// Forms of several texts, such as that of a sheet: each text has the toolbar of a composer, and what
// comes where one begins to write. Without this file they are text fields.
//
//   form[data-writing]   the address of what comes
//   .composer            a text, with its toolbar

import { loadScript } from "../script_loading.js"
import { enableToolbar } from "./toolbar.js"

for (const form of document.querySelectorAll("form[data-writing]"))
  for (const composer of form.querySelectorAll(".composer")) {
    const load = () => loadScript(form.dataset.writing)
    enableToolbar(composer, composer.querySelector("textarea"))
    composer.addEventListener("focusin", load)
    if (composer.contains(document.activeElement)) load() // One was there before this.
  }
