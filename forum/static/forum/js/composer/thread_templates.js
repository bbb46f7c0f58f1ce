// How a thread may begin, chosen in place: what is typed stays, and the headings of a template go
// into the text, or after what is there. Without this file a template is a page of its own.
//
//   [data-guides] [data-template][data-kind][data-text]   the address of the guides; the templates

import { insert } from "./toolbar.js"

document.querySelectorAll("form[data-composer]").forEach(follow)

function follow(form) {
  const { kind, topic } = form.elements
  const area = form.querySelector("textarea")
  const guides = () => document.querySelector("[data-guides]")
  const links = () => [...guides().querySelectorAll("[data-template]")]
  let chosen
  if (!guides()) return

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-template]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    begin(link)
  })
  form.addEventListener("change", ({ target }) => {
    const current = links().find((it) => it.hasAttribute("aria-current"))
    if (target === topic) show(current)
    else if (target.name === "kind" && current?.dataset.kind !== target.value)
      show(links().find((it) => it.dataset.kind === target.value))
  })

  form.addEventListener("restored", () => {
    const current = links().find((it) => it.hasAttribute("aria-current"))
    const { value } = kind
    if (current?.dataset.kind !== value) show(links().find((it) => it.dataset.kind === value))
  })

  /** Have the form be of the template of `link`, and show its guide. */
  function begin(link) {
    const choice = [...form.querySelectorAll("[name=kind]")].find(
      (it) => it.value === link.dataset.kind,
    )
    if (choice) choice.checked = true
    const begins = links().map((it) => it.dataset.text.trim())
    const isEmpty = !area.value.trim() || begins.includes(area.value.trim())
    const text = isEmpty ? link.dataset.text : `${area.value.trimEnd()}\n\n${link.dataset.text}`
    area.focus()
    area.setSelectionRange(0, area.value.length)
    insert(area, text, 0, area.value.length)
    area.setSelectionRange(isEmpty ? 0 : area.value.length, isEmpty ? 0 : area.value.length)
    area.dispatchEvent(new Event("input", { bubbles: true }))
    chosen = link
    show(link)
  }

  async function show(link) {
    if (!link || !kind) return
    const { template } = link.dataset
    const about = new URLSearchParams({ template, topic: topic?.value ?? "" })
    try {
      const answer = await fetch(`${guides().dataset.guides}?${about}`)
      if (!answer.ok) return
      const page = new DOMParser().parseFromString(await answer.text(), "text/html")
      const shown = page.querySelector("[data-guides]")
      // What was folded stays so, unless one asked for a template.
      shown.toggleAttribute("open", link === chosen || guides().open)
      guides().replaceWith(shown)
    } catch {
      // The guide that is shown stays.
    }
  }
}
