// The buttons of a composer that format what is selected.
//
//   .tools[data-address][data-text]    samples: a link's address, and words where none are chosen
//   .tools [data-md]                   a button, and the format it applies

const AROUND = { bold: ["**", "**"], italic: ["_", "_"] }
const BEFORE = { quote: "> ", list: "- " }

/** Show the toolbar in `composer`, which formats what is selected in `area`. */
export function enableToolbar(composer, area) {
  const toolbar = composer.querySelector(".tools")
  if (!toolbar) return
  toolbar.hidden = false
  for (const button of toolbar.querySelectorAll("[data-md]")) {
    button.title = button.getAttribute("aria-label")
  }
  toolbar.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-md]")
    if (button) format(area, button.dataset.md, toolbar.dataset)
  })
}

function format(area, kind, samples) {
  const { selectionStart: from, selectionEnd: to } = area
  const selected = area.value.slice(from, to)
  const words = selected || samples.text
  const prefix = BEFORE[kind]
  const [open, close] = AROUND[kind] ?? ["[", `](${samples.address})`]
  area.focus()
  insert(area, prefix ? prefixLines(words, prefix) : open + words + close, from, to)
  const start = from + (prefix ?? open).length
  if (!selected) area.setSelectionRange(start, start + words.length)
  area.dispatchEvent(new Event("input", { bubbles: true }))
}

function prefixLines(words, prefix) {
  return words
    .split("\n")
    .map((line) => prefix + line)
    .join("\n")
}

/** Type `text` through the browser's own editing, so that undo knows of it. */
export function insert(area, text, from, to) {
  const isDone = document.execCommand?.("insertText", false, text)
  if (!isDone) area.setRangeText(text, from, to, "end")
}
