// The button of tables: in the editor a table, or a column more; in the field the source of one.
//
//   [data-table][data-column]   the button, and its words within a table

import { tableOf } from "../html_to_markdown.js"
import { insert } from "../toolbar.js"

/** Have `button`, among the tools of `area`, make tables; `editor()` is the editor that is open. */
export function enableTables(button, area, editor) {
  const toolbar = button.closest(".tools")
  const words = button.getAttribute("aria-label")
  toolbar.querySelector("[data-md=quote]").after(button)

  function name() {
    button.title = editor()?.isInTable() ? button.dataset.column : words
    button.setAttribute("aria-label", button.title)
  }

  function insertSource() {
    const { text } = toolbar.dataset
    const { selectionEnd: end, value } = area
    const before = value.slice(0, end).trim() ? "\n\n" : ""
    area.focus()
    area.setSelectionRange(end, end)
    insert(area, `${before}${tableOf([[text, text], []])}\n\n`, end, end)
    area.dispatchEvent(new Event("input", { bubbles: true }))
  }

  for (const type of ["focus", "pointerenter"]) button.addEventListener(type, name)
  name()
  button.addEventListener("click", () => {
    if (!editor()) return insertSource()
    editor().format("table")
    editor().view.focus()
  })
}
