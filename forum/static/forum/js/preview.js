// The preview of a post, under the field it is written in.

import { showFailure } from "./composer_messages.js"
import { placeOf } from "./typed_text.js"

/** Show what `area` will look like; `button` says who renders it. */
export async function showPreview(form, area, button) {
  const body = new FormData()
  const [[name, place]] = Object.entries(placeOf(form))
  body.set(name, place)
  body.set("text", area.value)
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
  try {
    const answer = await fetch(button.formAction, { method: "POST", body })
    if (!answer.ok) throw new Error(answer.status)
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    hidePreview(form)
    area.after(page.querySelector("#preview"))
  } catch {
    showFailure(form, area)
  }
}

/** Take the preview away. */
export function hidePreview(form) {
  form.querySelector("#preview")?.remove()
}
