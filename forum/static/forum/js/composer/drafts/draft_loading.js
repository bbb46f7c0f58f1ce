// The script of writing, drafts among it, loaded where there is one to show or someone enters what
// is to be written. Until it is there, what is typed is kept when the page goes, as the draft of no tab.
//
//   [data-draft][data-script]   its address

import { attempt, draftKeys } from "../../browser_storage.js"
import { loadScript } from "../../script_loading.js"
import { draftKey, hasTyped, typedIn } from "../typed_text.js"

/** Load it for `form` as soon as it has something to do. */
export function loadDrafts(form) {
  const load = () => loadScript(form.querySelector("[data-draft]").dataset.script)
  const keep = () =>
    form.dataset.drafts ||
    form.dataset.sending ||
    !hasTyped(form) ||
    attempt(() => {
      const began = form.elements.title?.defaultValue
      const draft = { at: Date.now(), typed: typedIn(form), began }
      localStorage.setItem(draftKey(form), JSON.stringify(draft))
    })

  attempt(() => (hasTyped(form) || draftKeys().length) && load())
  form.addEventListener("input", load)
  form.addEventListener("focusin", load)
  addEventListener("pagehide", keep)
  // The live layer asks before it loads the page again.
  document.addEventListener("reloading", (event) => {
    if (form.dataset.sending || !keep()) event.preventDefault()
  })
}
