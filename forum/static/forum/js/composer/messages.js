// What a composer tells its writer: how the draft stands, and what is wrong with the text.

import { fill } from "../words.js"

/** Show the words `data-<name>` of the composer's [data-draft] in it; none for "". */
export function note(form, name) {
  const place = form.querySelector("[data-draft]")
  const words = fill(place, name)
  if (place && place.textContent !== words) place.textContent = words
}

/** Say that the network did not answer, until it is back or one goes on writing. */
export function showFailure(form, area) {
  showErrors(area, [fill(form.querySelector("[data-draft]"), "failed")])
  const end = () => showErrors(area, [])
  addEventListener("online", end, { once: true })
  form.addEventListener("input", end, { once: true })
}

/** List `errors` above the field, tied to it; none takes the list away. */
export function showErrors(area, errors) {
  const id = `${area.id || area.name}_error`
  area.dataset.hint ??= area.getAttribute("aria-describedby") ?? ""
  const { hint } = area.dataset
  document.getElementById(id)?.remove()
  area.removeAttribute("aria-invalid")
  area.setAttribute("aria-describedby", errors.length ? `${hint} ${id}`.trim() : hint)
  if (!errors.length) return
  // An alert of its own: as the role of the list it would take away that of the items.
  const alert = document.createElement("div")
  const list = document.createElement("ul")
  Object.assign(alert, { id, className: "error", role: "alert" })
  for (const words of errors) list.appendChild(document.createElement("li")).textContent = words
  alert.append(list)
  area.before(alert)
  area.setAttribute("aria-invalid", "true")
  area.focus()
}
