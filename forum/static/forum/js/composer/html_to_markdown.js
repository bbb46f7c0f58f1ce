// HTML as the Markdown that posts are written in.

import { IGNORED, inline, inlineOf, trimmed } from "./inline_markdown.js"

const BLOCKS = [
  "address,article,blockquote,dd,div,dl,dt,figure,footer,h1,h2,h3,h4,h5,h6,header,hr,li,main",
  "ol,p,pre,section,table,tbody,td,tfoot,th,thead,tr,ul",
].join()

/** `root` and what is in it as Markdown; its highest headings are of level `top`. */
export function toMarkdown(root, top = 1) {
  return plainSpaces(asMarkdown(root, top))
}

/** The same with all spaces as they are. */
export function asMarkdown(root, top = 1) {
  return blocksOf(root, top).join("\n\n")
}

/** `text` without the no-break spaces that French punctuation has where posts are shown. */
function plainSpaces(text) {
  return text
    .replace(/\u202f([;?!])/g, " $1")
    .replace(/\u00a0([:»])/g, " $1")
    .replaceAll("«\u00a0", "« ")
}

/** The paragraphs, lists, tables… of `parent`, each as Markdown. */
function blocksOf(parent, top) {
  const found = []
  let line = ""
  const end = () => {
    const words = trimmed(line)
    if (words) found.push(escapeStart(words))
    line = ""
  }
  for (const node of parent.childNodes) {
    if (node.nodeType === Node.ELEMENT_NODE && isBlock(node)) {
      end()
      found.push(...blockOf(node, top))
    } else line += inline(node)
  }
  end()
  return found
}

function isBlock(node) {
  return node.matches(BLOCKS) || node.querySelector(BLOCKS) !== null
}

function blockOf(node, top) {
  const heading = /^H([1-6])$/.exec(node.tagName)
  if (node.matches(IGNORED)) return []
  if (heading) {
    const words = trimmed(inlineOf(node)).replaceAll("\n", " ")
    return words ? [`${"#".repeat(Math.max(1, heading[1] - top + 1))} ${words}`] : []
  }
  switch (node.tagName) {
    case "HR":
      return ["---"]
    case "PRE":
      return [fenced(node)]
    case "BLOCKQUOTE": {
      const words = asMarkdown(node, top)
      return words ? [indented(words, "> ", "> ")] : []
    }
    case "UL":
    case "OL":
      return [list(node, top)]
    case "TABLE":
      return table(node)
    default:
      return blocksOf(node, top)
  }
}

function fenced({ textContent: text, firstElementChild: code }) {
  const language = /(?:^| )language-(\S+)/.exec(code?.getAttribute("class"))?.[1] ?? ""
  const fence = "`".repeat(Math.max(2, ...(text.match(/`+/g) ?? []).map((it) => it.length)) + 1)
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`
}

function list(node, top) {
  let number = node.start ?? 1
  const items = [...node.children].filter((it) => it.tagName === "LI")
  return items
    .map((item) => {
      const mark = node.tagName === "OL" ? `${number++}. ` : "- "
      const parts = blocksOf(item, top)
      const isLoose =
        !("tight" in node.dataset) && [...item.children].some((it) => it.tagName === "P")
      return indented(parts.join(isLoose ? "\n\n" : "\n"), mark, " ".repeat(mark.length))
    })
    .join("\n")
}

/** A table as Markdown, its first row as the head; one of a single column as paragraphs. */
function table(node) {
  const rows = [...node.querySelectorAll("tr")].map((row) => [...row.cells].map(cell))
  const width = Math.max(0, ...rows.map((row) => row.length))
  if (width < 2) return rows.flat().filter(Boolean)
  return [tableOf(rows)]
}

/** `rows` of cells, each Markdown on one line, as a table. */
export function tableOf(rows) {
  const width = Math.max(...rows.map((row) => row.length))
  const line = (cells) =>
    `| ${Array.from({ length: width }, (_, n) => cells[n] ?? "").join(" | ")} |`
  const [head, ...body] = rows
  return [line(head), line(Array(width).fill("---")), ...body.map(line)].join("\n")
}

function cell(node) {
  return trimmed(inlineOf(node)).replace(/\n+/g, " ").replaceAll("|", "\\|")
}

/** What would make a line a heading, a list or a quotation. */
function escapeStart(text) {
  return text.replace(/^(#{1,6} |[-+>]|={2,})/gm, "\\$1").replace(/^(\d+)([.)] )/gm, "$1\\$2")
}

function indented(text, first, next) {
  return text
    .split("\n")
    .map((line, n) => (n ? next : first) + line)
    .map((line) => line.trimEnd())
    .join("\n")
}
