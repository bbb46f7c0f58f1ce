// What is pasted from a page, a word processor or a spreadsheet becomes Markdown. Pasted as plain
// text (Ctrl+Shift+V), it stays what it is.

import { tableOf, toMarkdown } from "./html_to_markdown.js"
import { insert } from "./toolbar.js"

const FORMATTED =
  "a[href],b,strong,em,i,del,s,code,pre,ul,ol,table,blockquote,h1,h2,h3,h4,h5,h6"
const TAG = /<[^<>]*>/g
const WORD_ITEM = "p[class*=MsoListParagraph]"
const SAFARI_SPACE = "span.Apple-converted-space"

/** Have what is pasted into `area` become Markdown. */
export function pasteAsMarkdown(area) {
  area.addEventListener("paste", (event) => {
    const { clipboardData } = event
    const text = clipboardData?.getData("text/plain") ?? ""
    const markdown = fromPage(clipboardData?.getData("text/html")) ?? fromCells(text)
    if (!markdown) return
    event.preventDefault()
    const { selectionStart: from, selectionEnd: to, value } = area
    insert(area, apart(markdown, value.slice(0, from)), from, to)
    area.dispatchEvent(new Event("input", { bubbles: true }))
  })
}

/** `html` as Markdown, if there is more to it than its words. */
function fromPage(html) {
  if (!html) return
  const body = pastedBody(html)
  return body.querySelector(FORMATTED) ? toMarkdown(body) : undefined
}

/** The body of the page `html`, without styles, and with the lists of Word and the spaces that one
    copied in Safari, which makes some no-break spaces. */
export function pastedBody(html) {
  const { body } = new DOMParser().parseFromString(html.replace(TAG, withoutStyle), "text/html")
  body.querySelectorAll(WORD_ITEM).forEach(makeItem)
  for (const span of body.querySelectorAll(SAFARI_SPACE))
    span.replaceWith(span.textContent.replaceAll("\u00a0", " "))
  return body
}

/** Whether what is pasted or dropped in the editor is files: a part of a document, which comes as a
    picture too, stays text. */
export function bringsFiles(_view, { clipboardData, dataTransfer }) {
  const { types } = clipboardData ?? dataTransfer
  const isText = types.includes("text/plain") && types.includes("text/html")
  return types.includes("Files") && !isText
}

/** A tag whose style is data: the policy of the page would refuse it, and say so. */
function withoutStyle(tag) {
  return tag.replace(/^<(\/?)style\b/i, "<$1template").replace(/\sstyle=/gi, " data-style=")
}

/** Lines of cells between tabs, as a spreadsheet gives them, as a table. */
export function fromCells(text) {
  const lines = text.replace(/\s+$/, "").split(/\r?\n/)
  if (lines.length < 2 || !lines.every((line) => line.includes("\t"))) return
  return tableOf(lines.map((line) => line.split("\t").map(cell)))
}

function cell(words) {
  return words.trim().replaceAll("|", "\\|")
}

/** Make an item of a list of what Word writes as a paragraph with a sign before it. */
function makeItem(paragraph) {
  const sign = paragraph.querySelector("[data-style*='mso-list']")
  const list = document.createElement(/\d/.test(sign?.textContent) ? "ol" : "ul")
  const item = document.createElement("li")
  const before = paragraph.previousElementSibling
  sign?.remove()
  item.append(...paragraph.childNodes)
  if (before?.dataset.word && before.tagName === list.tagName) {
    before.append(item)
    paragraph.remove()
    return
  }
  list.dataset.word = "list"
  list.append(item)
  paragraph.replaceWith(list)
}

/** `markdown` to stand after `before`: paragraphs, lists and tables begin after an empty line. */
function apart(markdown, before) {
  const isInLine = /[^\n]$/.test(before)
  const isBlock = markdown.includes("\n") || /^(#|>|-|\d+\.)/.test(markdown)
  return isInLine && isBlock ? `\n\n${markdown}` : markdown
}
