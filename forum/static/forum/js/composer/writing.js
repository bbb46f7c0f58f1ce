// What comes where one begins to write: drafts, names after an @, and which of them reach nobody,
// what is pasted, a preview in place, the keys of the toolbar, the whole screen to write on, and
// the editor.

import { keepDrafts } from "./drafts/drafts.js"
import { offerFormatting } from "./editor/editor_loading.js"
import { suggestNames } from "./mentions.js"
import { titlePastedLinks } from "./pasted_links.js"
import { pasteAsMarkdown } from "./pasting.js"
import { previewInPlace } from "./preview.js"
import { textField } from "./text_field.js"
import { enableToolbarKeys } from "./toolbar_keys.js"
import { noteUnreachedNames } from "./unreached_names.js"
import { offerWholeScreen } from "./whole_screen.js"

keepDrafts()
for (const area of document.querySelectorAll("[data-names] > textarea"))
  suggestNames(textField(area))
for (const area of document.querySelectorAll("form[data-composer] textarea")) {
  pasteAsMarkdown(area)
  titlePastedLinks(textField(area))
}
for (const form of document.querySelectorAll("form[data-composer]")) {
  previewInPlace(form)
  offerWholeScreen(form)
  offerFormatting(form)
  enableToolbarKeys(form)
  noteUnreachedNames(form, form.querySelector("textarea"))
}
