// What is typed in a composer, and whose it is.

import { DRAFT } from "./browser_storage.js"

/** How the keys of the drafts of `form` begin: whose it is, then the address, which names the
    thread or whom it asks, and the intent. */
export function draftKey(form) {
  const { pathname, search } = new URL(form.action)
  return `${DRAFT}${document.body.dataset.person} ${pathname}${search}`
}

/** What is typed in the fields of `form`, by their names. */
export function typedIn(form) {
  const fields = [...form.elements].filter((it) => it.matches("textarea, input[type=text]"))
  return Object.fromEntries(fields.map((it) => [it.name, it.value]))
}
