// Blocks of source become what they look like: the server, which knows Markdown, says how. What
// the editor would write otherwise than it was stays source, and so does all without a network.

import { deadline } from "../../deadline.js"
import { noteSource } from "./markdown_text.js"

const TIMEOUT = 10_000 // ms
/** Words without anything that could be Markdown. */
const PLAIN =
  /^(?![ \t]|[-+=]|\d+[.)])[^\\`*_~[\]<>&|#\n]+(?:\n(?![ \t]|[-+=]|\d+[.)])[^\\`*_~[\]<>&|#\n]+)*$/
/** Spaces, of which Markdown makes one, but in code. */
const SPACES = /<pre[\s\S]*?<\/pre>|\s+/g

/** The blocks that `text` is made of as far as is known without asking: plain paragraphs, or one
    block of source. */
export function plainBlocks(text, schema) {
  const parts = text
    .split(/\n(?:[ \t]*\n)+/)
    .map((it) => it.replace(/^\n+|\s+$/g, ""))
    .filter(Boolean)
  if (!parts.every((it) => PLAIN.test(it))) return [sourceBlock(text, schema)]
  return parts.map((part) => {
    const words = schema.text(part.replaceAll("\n", " "))
    return noted(schema.nodes.paragraph.create(null, words), part)
  })
}

/** The paragraphs of words that are pasted without formats, each with its lines. */
export function paragraphsOf(words, schema) {
  return words.split(/\s*\n\s*\n\s*/).map((part) => {
    const lines = part.split(/\r?\n/).map((line) => (line ? [schema.text(line)] : []))
    const made = lines.flatMap((it, n) => (n ? [schema.nodes.hard_break.create(), ...it] : it))
    return schema.nodes.paragraph.create(null, made)
  })
}

function sourceBlock(text, schema) {
  return schema.nodes.source_block.create(null, schema.text(text.replace(/^\n+|\s+$/g, "")))
}

function noted(node, source) {
  noteSource(node, source)
  return node
}

/** The blocks of the Markdown `text`, as `form` would show them: nodes of `parser`, with `write` to
    see whether they say the same. */
export async function blocksOf(text, form, parser, write) {
  const [found] = await ask(form, [text])
  const blocks = found.map(({ source, html }) => ({ source, html, node: nodeOf(html, parser) }))
  const changed = blocks.filter(({ node, source }) => node && write(node) !== source)
  const again = changed.length
    ? await ask(
        form,
        changed.map(({ node }) => write(node)),
      )
    : []
  changed.forEach((block, at) => {
    const isSame = again[at].length === 1 && plain(again[at][0].html) === plain(block.html)
    if (!isSame) block.node = null
  })
  return blocks.map(({ node, source }) =>
    node ? noted(node, source) : sourceBlock(source, parser.schema),
  )
}

const plain = (html) => html.replace(SPACES, (it) => (it.startsWith("<") ? it : " "))

/** The one block that `html` is; null where it is none or several. */
function nodeOf(html, parser) {
  if (!html) return null
  const { body } = new DOMParser().parseFromString(html, "text/html")
  for (const code of body.querySelectorAll("pre code"))
    code.textContent = code.textContent.replace(/\n$/, "")
  // A bare address is a link by itself, and words as long as one writes it.
  for (const link of body.querySelectorAll("a"))
    if (link.textContent === link.getAttribute("href")) link.replaceWith(link.textContent)
  const doc = parser.parse(body)
  return doc.childCount === 1 ? doc.firstChild : null
}

/** What the server says of `texts`: the blocks of each. Raises where it does not answer. */
async function ask(form, texts) {
  const body = new FormData()
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
  for (const text of texts) body.append("text", text)
  const answer = await fetch(form.querySelector("[data-blocks]").dataset.blocks, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    signal: deadline(TIMEOUT),
  })
  if (!answer.ok) throw new Error(answer.status)
  return (await answer.json()).texts
}
