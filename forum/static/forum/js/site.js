// The script of every page. Without it the page says the same, as of when it was loaded.

import { forgetOnSignOut, forgetSentDraft } from "./composer/drafts/sent_drafts.js"
import { copyLink } from "./reading/copy_link.js"
import { offerSingleKeys, pressKey } from "./reading/shortcuts.js"
import { updateTimes } from "./reading/times.js"
import { loadSearch } from "./suggestions/search_loading.js"
import { measureWeight } from "./weight.js"

const MINUTE = 60_000

// Buttons that only a script serves show from here on.
document.documentElement.dataset.scripts = ""
forgetSentDraft()
updateTimes()
measureWeight()
offerSingleKeys()
setInterval(updateTimes, MINUTE)
// What arrives live is dated the same way as what was there.
const live = document.querySelector("#posts[data-live], #threads[data-live]")
if (live) new MutationObserver(updateTimes).observe(live, { childList: true })
document.addEventListener("keydown", pressKey)
document.addEventListener("click", copyLink)
document.addEventListener("focusin", loadSearch)
document.addEventListener("submit", forgetOnSignOut)
