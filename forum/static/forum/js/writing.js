// What comes where one begins to write: drafts, names after an @, and what is pasted.

import { keepDrafts } from "./drafts.js"
import { suggestNames } from "./mentions.js"
import { pasteAsMarkdown } from "./pasting.js"

keepDrafts()
document.querySelectorAll("[data-names] > textarea").forEach(suggestNames)
document.querySelectorAll("form[data-composer] textarea").forEach(pasteAsMarkdown)
