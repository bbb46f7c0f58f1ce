// What the editors of a page read and write documents with.

import { markdownWriter } from "./markdown_text.js"
import { makeSchema } from "./schema.js"
import { blocksOf, plainBlocks } from "./source_blocks.js"

/** By library: the schema, what reads documents and what writes them. */
const tools = new WeakMap()

/** The `schema`, the `parser` of HTML and what can `write` Markdown, by the library `pm`. */
export function toolsOf(pm) {
  if (tools.has(pm)) return tools.get(pm)
  const schema = makeSchema(pm.model.Schema)
  const write = markdownWriter(pm.model.DOMSerializer, schema)
  const made = { schema, write, parser: pm.model.DOMParser.fromSchema(schema) }
  tools.set(pm, made)
  return made
}

/** The blocks of what is in `area` as they look; null where one of them would be source. Raises
    where the server does not answer. */
export async function shownBlocks(pm, area) {
  const { schema, write, parser } = toolsOf(pm)
  const isSource = (it) => it.type === schema.nodes.source_block
  const known = area.value.trim() ? plainBlocks(area.value, schema) : []
  if (!known.some(isSource)) return known
  const blocks = await blocksOf(area.value, area.form, parser, write)
  return blocks.some(isSource) ? null : blocks
}
