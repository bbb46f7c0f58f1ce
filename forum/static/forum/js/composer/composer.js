// Writing: a toolbar, files that are dropped or pasted, sending without leaving the page. Without
// this file the same form posts as forms do.
//
//   form[data-composer] > .tools [data-md]…, textarea, [data-draft], [data-upload], [data-send],
//   [data-closed]

import { announce } from "../words.js"
import { loadDrafts } from "./drafts/draft_loading.js"
import { takeFiles } from "./files/taking_files.js"
import { loadQuoting } from "./quoting_loading.js"
import { SEND, send } from "./sending.js"
import { enableToolbar } from "./toolbar.js"

document.querySelectorAll("form[data-composer]").forEach(enhance)
loadQuoting()

function enhance(form) {
  const area = form.querySelector("textarea")
  loadDrafts(form)
  enableToolbar(form, area)
  takeFiles(form)
  form.addEventListener("submit", (event) => send(event, form, area))
  closeWithThread(form)
  focusFromLinks(form, area)
}

/** Have the links to `form` lead into its text: else the first letters are shortcuts. */
function focusFromLinks(form, area) {
  document.addEventListener("click", (event) => {
    if (!form.id || !event.target.closest(`a[href="#${form.id}"]`)) return
    event.preventDefault()
    form.scrollIntoView()
    area.focus({ preventScroll: true })
  })
}

/** Close the composer with the thread, and open it with it; the live layer tells by an event. */
function closeWithThread(form) {
  const posts = document.querySelector("#posts[data-live]")
  const notice = form.querySelector("[data-closed]")
  if (!posts || !notice) return
  const update = () => {
    const isClosed = posts.dataset.locked === "true"
    if (notice.hidden !== isClosed) return
    notice.hidden = !isClosed
    form.querySelector(SEND).toggleAttribute("disabled", isClosed)
    announce(isClosed ? notice.textContent : "")
  }
  posts.addEventListener("changed", update)
  update()
}
