// Quoting a post, or what is selected of it, in the composer that is open on its page.
//
//   [data-cite]                the button of a post that quotes it
//   template[data-quoting]     the button that is shown beside what is selected

import { toMarkdown } from "./html_to_markdown.js"
import { escapeMarks } from "./inline_markdown.js"
import { insert } from "./toolbar.js"

const WAIT = 150 // ms without a change before the button is shown
const TOP_HEADING = 3 // of posts
const GAP = 6 // px between what is selected and the button

const area = document.querySelector("form[data-composer=reply] textarea")
// What is selected; and what was as a button was pressed, for that may end the selection.
let selected, pressed, timer
// Whether the button's style is there: before, it would push the text away.
let isStyled = false
const button = makeButton()

document.addEventListener("selectionchange", () => {
  clearTimeout(timer)
  timer = setTimeout(showButton, WAIT)
})
document.addEventListener("pointerdown", ({ target }) => {
  pressed = isButton(target) ? readSelection() : undefined
})
document.addEventListener("pointercancel", () => {
  pressed = undefined
})
document.addEventListener("keydown", reachButton)
document.addEventListener("click", (event) => {
  const cite = event.target.closest("[data-cite]")
  const isOther = !cite && !button.contains(event.target)
  if (isOther || area.readOnly || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  const chosen = pressed ?? readSelection() ?? (cite ? undefined : selected)
  const post = cite ? cite.closest("article") : chosen?.post
  pressed = undefined
  if (!post) return
  const words = chosen?.post === post ? chosen.markdown : wholePost(post)
  getSelection().removeAllRanges() // Afterwards it would take the field's cursor, too.
  add(quotation(post, words))
  showButton()
})

function makeButton() {
  const made = document.querySelector("[data-quoting]").content.cloneNode(true)
  const style = made.querySelector("link")
  style.addEventListener("load", () => {
    isStyled = true
    showButton()
  })
  document.head.append(style)
  const found = made.querySelector("button")
  found.addEventListener("blur", () => setTimeout(showButton))
  return found
}

/** From what is selected the Tab key leads to the button, wherever browsers would begin. */
function reachButton(event) {
  const { activeElement } = document
  const isElsewhere = activeElement !== document.body && !activeElement.contains(button)
  if (!button.isConnected || isElsewhere || activeElement === button) return
  if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey) return
  event.preventDefault()
  button.focus()
}

function isButton(target) {
  return Boolean(target.closest("[data-cite]")) || button.contains(target)
}

/** The post of which something is selected, and that as Markdown; nothing beyond one post. */
function readSelection() {
  const selection = getSelection()
  if (selection.isCollapsed || !selection.rangeCount) return
  const range = selection.getRangeAt(0).cloneRange()
  const prose = elementOf(range.startContainer).closest("#posts .prose")
  const post = prose?.closest("article")
  if (!post?.contains(range.endContainer)) return
  if (!prose.contains(range.endContainer)) range.setEndAfter(prose.lastChild)
  const words = toMarkdown(range.cloneContents(), TOP_HEADING)
  if (!words) return
  const around = elementOf(range.commonAncestorContainer)
  const isQuoted = prose.contains(around.closest("blockquote"))
  return { post, prose, range, markdown: isQuoted ? prefixed(words) : words }
}

function elementOf(node) {
  return node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement
}

/** Show the button below the end of what is selected, after the post's words for the Tab key. */
function showButton() {
  if (pressed || document.activeElement === button) return
  selected = readSelection()
  if (!selected || !isStyled || area.readOnly) return button.remove()
  const { prose, range } = selected
  prose.after(button)
  const end = [...range.getClientRects()].pop() ?? range.getBoundingClientRect()
  const from = button.offsetParent.getBoundingClientRect()
  const right = prose.getBoundingClientRect().right - button.offsetWidth
  const left = Math.max(from.left, Math.min(end.right, right))
  button.style.top = `${end.bottom - from.top + GAP}px`
  button.style.left = `${left - from.left}px`
}

function wholePost(post) {
  return toMarkdown(post.querySelector(".prose"), TOP_HEADING)
}

function quotation(post, words) {
  const name = escapeMarks(post.querySelector("h2").textContent.trim())
  const address = post.querySelector(".at a").getAttribute("href")
  const number = post.id.replace("post-", "")
  const who = `**[${name}, nº\u00a0${number}](${address})\u00a0:**`
  return prefixed(`${who}\n\n${words}`)
}

function prefixed(words) {
  return words
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n")
}

/** Write `text` where the cursor is, as paragraphs of its own; at the end, where it is nowhere. */
function add(text) {
  const { value } = area
  const at = area.selectionEnd || value.length
  const before = value.slice(0, at).trimEnd()
  const after = value.slice(at).trimStart()
  area.focus()
  area.setSelectionRange(before.length, value.length - after.length)
  const typed = `${before && "\n\n"}${text}\n\n`
  // The browser tells of it as of keys, but nobody types: others are not told that one writes.
  const stop = (event) => event.stopPropagation()
  area.addEventListener("input", stop)
  insert(area, typed, before.length, value.length - after.length)
  area.removeEventListener("input", stop)
  const end = before.length + typed.length
  area.setSelectionRange(end, end)
  area.dispatchEvent(new Event("input", { bubbles: true }))
}
