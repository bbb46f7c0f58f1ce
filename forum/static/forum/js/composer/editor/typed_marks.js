// Marks of Markdown that one types in the editor become what they mean: lists, quotations and
// headings where a paragraph begins; bold, italics, code and links around words. The first undo
// gives the marks back.

const BLOCK = /^(?:([-*+])|(\d{1,9})[.)]|(>)|(#{1,6}))$/
const CODE = /^```(\w*)$/
const LINK = /\[([^[\]]+)\]\(((?:https?:\/|mailto:)?\/?[^\s()]+)\)$/
/** By mark: what ends with it, and how many characters are before and behind the words. */
const AROUND = [
  [
    "strong",
    2,
    /(?:^|[\s("'\u00ab\u2019])((?:\*\*|__)(?:[^\s*_]|[^\s*_][^*_]*[^\s*_])(?:\*\*|__))$/,
  ],
  ["em", 1, /(?:^|[\s("'\u00ab\u2019])(([*_])(?:[^\s*_]|[^\s*_][^*_]*[^\s*_])\2)$/],
  ["code", 1, /(?:^|[\s("'\u00ab\u2019])(`[^`]+`)$/],
]

/** The plugin by the library `pm`, and the command of Enter that opens a block of code. */
export function typedMarks(pm, schema) {
  const { nodes, marks } = schema

  /** A change of `tr`, in which the paragraph at `$at` begins with `mark` and a space. */
  function begin(tr, $at, [mark, item, number, quote, heading]) {
    const start = $at.start()
    tr.delete(start, start + mark.length + 1)
    if (heading) return tr.setBlockType(start, start, nodes.heading, { level: heading.length })
    const type = item ? nodes.bullet_list : quote ? nodes.blockquote : nodes.ordered_list
    const range = tr.doc.resolve(start).blockRange()
    const wrapping = pm.transform.findWrapping(range, type, number && { start: +number })
    if (!wrapping) return null
    tr.wrap(range, wrapping)
    const before = tr.doc.resolve(range.start).nodeBefore
    return before?.type === type && !quote && !number ? tr.join(range.start) : tr
  }

  /** A change of `tr`, in which the words up to `end` are `words`. */
  function surround(tr, end, words) {
    const link = LINK.exec(words)
    if (link) {
      const mark = marks.link.create({ href: link[2] })
      return tr.replaceWith(end - link[0].length, end, schema.text(link[1], [mark]))
    }
    const [name, size, found] = AROUND.map(([...it]) => [it[0], it[1], it[2].exec(words)]).find(
      (it) => it[2],
    ) ?? [""]
    if (!name) return null
    const start = end - found[1].length
    tr.delete(end - size, end).delete(start, start + size)
    return tr.addMark(start, end - 2 * size, marks[name].create()).removeStoredMark(marks[name])
  }

  function handleTextInput(view, from, to, text) {
    const $at = view.state.doc.resolve(from)
    const isIn = from === to && $at.parent.type === nodes.paragraph
    if (view.composing || !isIn || !/^[ *_`)]$/.test(text)) return false
    const before = $at.parent.textBetween(0, $at.parentOffset, null, "\ufffc")
    const mark = text === " " && BLOCK.exec(before)
    const typed = view.state.tr.insertText(text, from)
    const tr = view.state.apply(typed).tr
    const change = mark ? begin(tr, $at, mark) : surround(tr, from + 1, before + text)
    if (!change?.docChanged) return false
    view.dispatch(typed)
    view.dispatch(pm.history.closeHistory(change))
    return true
  }

  function openCode(state, dispatch) {
    const { $from, empty } = state.selection
    const found = empty && CODE.exec($from.parent.textContent)
    if (!found || $from.parent.type !== nodes.paragraph) return false
    const attrs = { language: found[1] ? `language-${found[1]}` : null }
    const tr = state.tr.delete($from.start(), $from.end())
    dispatch?.(tr.setBlockType($from.start(), $from.start(), nodes.code_block, attrs))
    return true
  }

  return { plugin: new pm.state.Plugin({ props: { handleTextInput } }), openCode }
}
