// The script of drafts, loaded where there is one to show or someone begins to write. Until it
// is there, what is typed is kept when the page goes, as the draft of no tab.
//
//   [data-draft][data-script]   its address

import { attempt, draftKeys } from "./browser_storage.js"
import { draftKey, typedIn } from "./typed_text.js"

/** Load it for `form`, whose text is written in `area`, as soon as it has something to do. */
export function loadDrafts(form, area) {
  const load = () => {
    const { script } = form.querySelector("[data-draft]").dataset
    if (document.querySelector(`script[src="${script}"]`)) return
    document.head.append(
      Object.assign(document.createElement("script"), { type: "module", src: script }),
    )
  }
  const keep = () =>
    form.dataset.drafts ||
    form.dataset.sending ||
    !area.value.trim() ||
    attempt(() => {
      const draft = { at: Date.now(), typed: typedIn(form) }
      localStorage.setItem(draftKey(form), JSON.stringify(draft))
    })

  attempt(() => draftKeys().length && load())
  form.addEventListener("input", load, { once: true })
  addEventListener("pagehide", keep)
  // The live layer asks before it loads the page again.
  document.addEventListener("reloading", (event) => keep() || event.preventDefault())
}
