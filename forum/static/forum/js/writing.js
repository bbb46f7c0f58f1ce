// What comes where one begins to write: drafts, names after an @, what is pasted, and a preview in
// place.

import { keepDrafts } from "./drafts.js"
import { suggestNames } from "./mentions.js"
import { pasteAsMarkdown } from "./pasting.js"
import { previewInPlace } from "./preview.js"

keepDrafts()
document.querySelectorAll("[data-names] > textarea").forEach(suggestNames)
document.querySelectorAll("form[data-composer] textarea").forEach(pasteAsMarkdown)
document.querySelectorAll("form[data-composer]").forEach(previewInPlace)
