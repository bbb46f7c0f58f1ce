// What is typed in a composer, and whose it is.

import { DRAFT } from "../browser_storage.js"

/** How the keys of the drafts of `form` begin: whose it is, then the address, which names the
    thread or whom it asks, and the intent. */
export function draftKey(form) {
  const { pathname, search } = new URL(form.action)
  return `${DRAFT}${document.body.dataset.person} ${pathname}${search}`
}

const fieldsOf = (form) =>
  [...form.elements].filter((it) => it.matches("textarea, input[type=text]"))

/** Whether anything is typed in `form` that it did not come with. */
export function hasTyped(form) {
  return fieldsOf(form).some((it) => it.value.trim() && it.value !== it.defaultValue)
}

/** Where one writes: in a thread, or in the space that is chosen for a new one. */
export function placeOf({ elements: { thread, space } }) {
  return thread ? { thread: thread.value } : { space: space?.value ?? "" }
}

/** What is typed in the fields of `form`, by their names. */
export function typedIn(form) {
  return Object.fromEntries(fieldsOf(form).map((it) => [it.name, it.value]))
}
