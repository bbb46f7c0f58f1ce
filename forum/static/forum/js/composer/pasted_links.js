// The address of a thread of this site that is pasted alone becomes a link by its title, where all
// who read what one writes read that thread too. Undoing gives the address back.
//
//   template[data-name-list] [data-threads]   the address that knows titles

import { escapeMarks } from "./inline_markdown.js"
import { insert } from "./toolbar.js"
import { placeOf } from "./typed_text.js"

/** Have addresses of threads that are pasted into `area` bear titles. */
export function titlePastedLinks(area) {
  area.addEventListener("paste", ({ clipboardData }) => {
    const address = pathOf(clipboardData?.getData("text/plain").trim() ?? "")
    const isAlone = area.selectionStart === area.selectionEnd
    if (address && isAlone) titleOf(area, address).then((title) => title && write(title))

    function write(title) {
      const pasted = location.origin + address
      const end = area.selectionStart
      const isThere = area.value.slice(0, end).endsWith(pasted)
      // Where one has gone on writing, or writes a link oneself, what is there stays.
      if (!isThere || /[(<`]$/.test(area.value.slice(0, end - pasted.length))) return
      area.setSelectionRange(end - pasted.length, end)
      insert(area, `[${escapeMarks(title)}](${address})`, end - pasted.length, end)
      area.dispatchEvent(new Event("input", { bubbles: true }))
    }
  })
}

/** What follows this site's origin in the address `text`; nothing of another. */
function pathOf(text) {
  if (/\s/.test(text) || !text.startsWith(`${location.origin}/`)) return ""
  return text.slice(location.origin.length)
}

async function titleOf(area, address) {
  const { threads } = document.querySelector("[data-threads]").dataset
  const where = new URLSearchParams({ address, ...placeOf(area.form) })
  try {
    const answer = await fetch(`${threads}?${where}`)
    return answer.ok ? (await answer.json()).threads[0]?.title : ""
  } catch {
    return "" // The address stays.
  }
}
