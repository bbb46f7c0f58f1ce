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
for (const composer of document.querySelectorAll(".composer")) {
  const area = composer.querySelector("textarea")
  suggestNames(textField(area))
  pasteAsMarkdown(area)
  titlePastedLinks(textField(area))
  offerWholeScreen(composer)
  offerFormatting(composer)
  enableToolbarKeys(composer)
}
for (const form of document.querySelectorAll("form[data-composer]")) {
  previewInPlace(form)
  noteUnreachedNames(form, form.querySelector("textarea"))
}
