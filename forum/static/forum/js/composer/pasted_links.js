// The address of a thread of this site that is pasted alone becomes a link by its title, where all
// who read what one writes read that thread too. Undoing gives the address back.
//
//   template[data-name-list] [data-threads]   the address that knows titles

import { placeOf } from "./typed_text.js"

/** Have addresses of threads that are pasted into `field`, as of text_field.js, bear titles. */
export function titlePastedLinks(field) {
  const listen = ({ clipboardData }) => {
    const address = pathOf(clipboardData?.getData("text/plain").trim() ?? "")
    if (!address || !field.isAlone()) return
    titleOf(field.form, address).then((title) => title && write(title))

    function write(title) {
      const pasted = location.origin + address
      const before = field.before()
      // Where one has gone on writing, or writes a link oneself, what is there stays.
      if (!before.endsWith(pasted) || /[(<`]$/.test(before.slice(0, -pasted.length))) return
      field.link(pasted.length, title, address)
    }
  }
  field.element.addEventListener("paste", listen, true) // Before the editor takes it.
}

/** What follows this site's origin in the address `text`; nothing of another. */
function pathOf(text) {
  if (/\s/.test(text) || !text.startsWith(`${location.origin}/`)) return ""
  return text.slice(location.origin.length)
}

async function titleOf(form, address) {
  const list = document.querySelector("[data-threads]")
  if (!list) return ""
  const where = new URLSearchParams({ address, ...placeOf(form) })
  try {
    const answer = await fetch(`${list.dataset.threads}?${where}`)
    return answer.ok ? (await answer.json()).threads[0]?.title : ""
  } catch {
    return "" // The address stays.
  }
}
