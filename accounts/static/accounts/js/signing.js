// Asking about an organisation that nobody knows as soon as its name is typed.
// Without it the same question comes with the form's answer, and nothing typed is lost.

const place = document.getElementById("inconnue")
const name = document.querySelector("[name=organisation]")
const said = document.getElementById("inconnue-dite")
const KEPT = "select, input:not([type=radio], [name=asked])"
let asked

async function ask() {
  asked?.abort()
  asked = new AbortController()
  const words = name.value.trim()
  try {
    const address = `${place.dataset.source}?q=${encodeURIComponent(words)}`
    const answer = await fetch(address, { signal: asked.signal, redirect: "error" })
    if (answer.ok) show(await answer.text())
  } catch {} // The form asks by itself when it is sent.
}

function show(part) {
  const picked =
    place.querySelector("[name=territory_words]")?.value &&
    place.querySelector("#territory-offered :checked")?.closest("#territory-offered")
  const typed = [...place.querySelectorAll(KEPT)].map((field) => [field.name, field.value])
  const focused = place.contains(document.activeElement) && document.activeElement
  place.innerHTML = part // Our own fragment, escaped by the template.
  for (const [key, value] of typed) {
    const field = place.querySelector(`:is(select, input:not([type=radio]))[name="${key}"]`)
    if (field && value) field.value = value
  }
  const offered = place.querySelector("#territory-offered")
  if (picked && offered) {
    offered.replaceWith(picked)
    picked.closest("fieldset").hidden = false
  }
  if (focused) refocus(focused)
  place.querySelector("[data-picker]")?.dispatchEvent(new Event("picker", { bubbles: true }))
  said.textContent = place.querySelector("legend, [data-said]")?.textContent ?? ""
}

/** Give the focus to what stands where `gone` stood, else to the next field. */
function refocus(gone) {
  const fields = [...place.querySelectorAll("input:not([type=hidden]), select, button")]
  const same = (it) => it.name === gone.name && (it.type !== "radio" || it.value === gone.value)
  const next = fields.find((it) => same(it) && it.offsetParent) ?? fields[0]
  ;(next ?? name).focus()
}

if (place) name.addEventListener("change", ask)
