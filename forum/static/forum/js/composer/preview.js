// The preview of a post, under the field it is written in. Without it the button opens a page.

import { showFailure } from "./messages.js"

/** Have the button of `form` show the preview in its place, until the post is there. */
export function previewInPlace(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-preview]")
    if (!button) return
    event.preventDefault()
    showPreview(form, form.querySelector("textarea"), button)
  })
  document.addEventListener("replied", () => hidePreview(form))
}

/** Show what `area` will look like; `button` says who renders it. */
async function showPreview(form, area, button) {
  const body = new FormData(form)
  body.delete("files") // Those that are sent already are named.
  try {
    const answer = await fetch(button.formAction, { method: "POST", body })
    if (!answer.ok) throw new Error(answer.status)
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    hidePreview(form)
    area.parentElement.append(page.querySelector("#preview"))
  } catch {
    showFailure(form, area)
  }
}

function hidePreview(form) {
  form.querySelector("#preview")?.remove()
}
