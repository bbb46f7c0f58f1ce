// A text field as the place where names and titles are suggested.
//
//   element, form    what has the focus, and the form that it is of
//   after            behind what the list stands
//   before()         what is written up to the cursor
//   isAlone()        whether nothing is selected
//   lineEnd()        how far below the top of the place the line ends in which one writes
//   replace(length, chosen)   put what was chosen instead of the last `length` characters
//   link(length, title, url)  make them a link, which undoing takes away

import { escapeMarks } from "./inline_markdown.js"
import { insert } from "./toolbar.js"

/** The place that `area` is. */
export function textField(area) {
  return {
    element: area,
    after: area,
    form: area.form,
    before: () => area.value.slice(0, area.selectionStart),
    isAlone: () => area.selectionStart === area.selectionEnd,
    lineEnd: () => area.offsetTop + lineEnd(area),
    replace(length, { written }) {
      const end = area.selectionStart
      area.setRangeText(`${written} `, end - length, end, "end")
      area.dispatchEvent(new Event("input", { bubbles: true }))
    },
    link(length, title, url) {
      const end = area.selectionStart
      area.setSelectionRange(end - length, end)
      insert(area, `[${escapeMarks(title)}](${url})`, end - length, end)
      area.dispatchEvent(new Event("input", { bubbles: true }))
    },
  }
}

/** How far below the top of `area` the line ends in which one writes: measured in a copy. */
function lineEnd(area) {
  const style = getComputedStyle(area)
  const copy = document.createElement("div")
  for (const name of ["font", "lineHeight", "padding", "border", "boxSizing", "width"]) {
    copy.style[name] = style[name]
  }
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
  })
  const end = document.createElement("span")
  end.textContent = "@"
  copy.append(area.value.slice(0, area.selectionStart), end)
  area.after(copy)
  const below = end.offsetTop + end.offsetHeight - area.scrollTop
  copy.remove()
  return Math.min(below, area.offsetHeight)
}
