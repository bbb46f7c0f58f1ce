// The editor of posts: a view of the text field, which stays what is sent and kept as a draft. What
// is typed here is written there as Markdown; what anything else writes there is taken over.

import { bringsFiles, fromCells, pastedBody } from "../pasting.js"
import { commandsOf, isOfPage } from "./commands.js"
import { differing, positionOf, sizeTo } from "./differing.js"
import { toolsOf } from "./documents.js"
import { joined, sourcesOf } from "./markdown_text.js"
import { blocksOf, paragraphsOf, plainBlocks } from "./source_blocks.js"
import { typedMarks } from "./typed_marks.js"

/** Open the editor of `area` in `place`, by the library `pm`, with `blocks` if these were asked for. */
export function openEditor(pm, area, place, blocks = []) {
  const { schema, write, parser } = toolsOf(pm)
  const { formats, keys, link, isLinked, isInTable } = commandsOf(pm, schema)
  const marks = typedMarks(pm, schema)
  const asked = new WeakSet()
  let isOwn = false
  let text = area.value
  /** Where the field's cursor was; null once somebody has moved it. */
  let begun = area.selectionStart

  const { Plugin } = pm.state
  const view = new pm.view.EditorView(place, {
    state: pm.state.EditorState.create({
      doc: schema.nodes.doc.create(null, blocks.length ? blocks : blocksIn(text)),
      plugins: [
        marks.plugin,
        pm.history.history(),
        pm.keymap.keymap({ Enter: marks.openCode }),
        pm.keymap.keymap(keys),
        pm.keymap.keymap(pm.commands.baseKeymap),
        new Plugin({ appendTransaction: (_changes, _before, state) => roomAtEnd(state) }),
      ],
    }),
    dispatchTransaction(tr) {
      view.updateState(view.state.apply(tr))
      if (!tr.getMeta("external")) begun = null
      if (tr.docChanged && !tr.getMeta("external")) tell()
      if (tr.docChanged || tr.selectionSet) askOfSources()
    },
    transformPastedHTML: (html) => pastedBody(html).innerHTML,
    clipboardTextParser(words) {
      const table = fromCells(words)
      const blocks = table ? plainBlocks(table, schema) : paragraphsOf(words, schema)
      return pm.model.Slice.maxOpen(pm.model.Fragment.from(blocks))
    },
    handleDOMEvents: { paste: bringsFiles, drop: bringsFiles, keydown: isOfPage },
  })

  function blocksIn(value) {
    return value.trim() ? plainBlocks(value, schema) : [schema.nodes.paragraph.create()]
  }

  /** Behind a quotation, code or a table one can go on writing. */
  function roomAtEnd({ doc, tr }) {
    if (doc.lastChild.type === schema.nodes.paragraph) return null
    return tr.insert(doc.content.size, schema.nodes.paragraph.create())
  }

  /** Write the document into the field, and tell those who listen there. */
  function tell() {
    text = joined(sourcesOf(view.state.doc, write))
    area.value = text
    isOwn = true
    area.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "editor" }))
    isOwn = false
  }

  /** Have the field's cursor stand behind the block in which the editor's is. */
  function placeCursor() {
    const sources = sourcesOf(view.state.doc, write)
    const end = joined(sources.slice(0, view.state.selection.$to.index(0) + 1)).length
    area.setSelectionRange(end, end)
  }

  /** Take over what something else has written into the field: the blocks that differ. */
  function takeOver() {
    if (isOwn || area.value === text) return
    text = area.value
    const { doc } = view.state
    const sources = sourcesOf(doc, write)
    const { first, last, middle } = differing(sources, text)
    const from = sizeTo(doc, first)
    const nodes = middle.trim() ? plainBlocks(middle, schema) : []
    if (!nodes.length && !first && last === sources.length) nodes.push(...blocksIn(""))
    const tr = view.state.tr
      .replaceWith(from, sizeTo(doc, last), nodes)
      .setMeta("external", true)
    const end = from + nodes.reduce((size, it) => size + it.nodeSize, 0)
    if (end === tr.doc.content.size) roomAtEnd({ doc: tr.doc, tr }) // One goes on below.
    tr.setSelection(pm.state.Selection.near(tr.doc.resolve(end)))
    view.dispatch(tr)
  }

  /** Ask how the blocks of source look in which the cursor is not. */
  function askOfSources() {
    const { doc, selection } = view.state
    doc.forEach((node, at) => {
      const isWritten =
        view.hasFocus() && selection.from > at && selection.to < at + node.nodeSize
      if (node.type !== schema.nodes.source_block || asked.has(node) || isWritten) return
      asked.add(node)
      show(node).catch(() => {}) // It stays source.
    })
  }

  async function show(node) {
    const blocks = await blocksOf(node.textContent, area.form, parser, write)
    for (const it of blocks) asked.add(it)
    let place = -1
    view.state.doc.forEach((it, at) => {
      if (it === node) place = at
    })
    if (place < 0 || view.isDestroyed) return
    const tr = view.state.tr.replaceWith(place, place + node.nodeSize, blocks)
    view.dispatch(tr.setMeta("external", true).setMeta("addToHistory", false))
    placeAsBegun()
  }

  /** Have the cursor stand where the field's was; behind the block, where that has marks. */
  function placeAsBegun() {
    if (begun === null) return
    const { doc, tr } = view.state
    const sources = sourcesOf(doc, write)
    const isBelow = begun > joined(sources).length
    if (isBelow) roomAtEnd({ doc, tr })
    const place = isBelow ? tr.doc.content.size : positionOf(doc, sources, begun)
    tr.setSelection(pm.state.Selection.near(tr.doc.resolve(place), -1))
    view.dispatch(tr.setMeta("external", true))
  }

  const events = ["input", "restored"]
  for (const type of events) area.form.addEventListener(type, takeOver)
  view.dom.addEventListener("blur", placeCursor)
  askOfSources()
  placeAsBegun()
  return {
    view,
    isLinked: () => isLinked(view.state),
    isInTable: () => isInTable(view.state),
    format: (kind, href) =>
      (kind === "link" ? link(href) : formats[kind])(view.state, view.dispatch, view),
    close() {
      for (const type of events) area.form.removeEventListener(type, takeOver)
      placeCursor()
      view.destroy()
    },
  }
}
