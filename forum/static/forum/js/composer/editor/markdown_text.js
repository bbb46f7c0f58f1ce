// The document as Markdown. A block that nobody has changed stays as it was written.

import { asMarkdown } from "../html_to_markdown.js"

/** By block: the Markdown that it came with, or was made of it. */
const written = new WeakMap()

/** Note that `node` was written as `source`. */
export function noteSource(node, source) {
  written.set(node, source)
}

/** A function of a block that gives its Markdown, by the library's `DOMSerializer`. */
export function markdownWriter(DOMSerializer, schema) {
  const serializer = DOMSerializer.fromSchema(schema)
  const write = (node) => {
    if (node.type.name === "source_block") return node.textContent.replace(/^\n+|\s+$/g, "")
    const root = document.createElement("div")
    root.append(serializer.serializeNode(node))
    for (const mark of root.querySelectorAll("br")) if (!mark.nextSibling) mark.remove()
    return asMarkdown(root)
  }
  return (node) => {
    if (!written.has(node)) written.set(node, write(node))
    return written.get(node)
  }
}

/** The Markdown of each block of `doc`, by `write`; "" for an empty paragraph. Lists that follow
    one another have other marks, or they would be one. */
export function sourcesOf(doc, write) {
  const sources = []
  let before = ""
  doc.forEach((node) => {
    const source = apart(write(node), before)
    if (source) before = source
    sources.push(source)
  })
  return sources
}

/** The text of a document with these blocks. */
export function joined(sources) {
  return sources.filter(Boolean).join("\n\n")
}

function apart(source, before) {
  const mark = markOf(source)
  if (!mark || mark !== markOf(before)) return source
  if (mark === "." || mark === ")")
    return source.replace(/^(\d+)[.)](?= |$)/gm, mark === "." ? "$1)" : "$1.")
  return source.replace(/^[-*+](?= |$)/gm, mark === "-" ? "*" : "-")
}

/** What the items of a list have before them. */
function markOf(source) {
  const found = /^(?:([-*+])|\d+([.)]))(?: |$)/m.exec(source.split("\n", 1)[0])
  return found?.[1] ?? found?.[2]
}
