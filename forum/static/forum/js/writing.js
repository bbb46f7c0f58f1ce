// What comes where one begins to write: drafts, and names after an @.

import { keepDrafts } from "./drafts.js"
import { suggestNames } from "./mentions.js"

keepDrafts()
document.querySelectorAll("[data-names] > textarea").forEach(suggestNames)
