// What keys and the toolbar do in the editor. Tab leaves it, as it leaves a text field, but for cells.

import { tableCommands } from "./table_commands.js"

/** Whether a key is none of the editor's: Escape leaves the whole screen. */
export const isOfPage = (_view, { key }) => key === "Escape"

/** The commands of the toolbar, and the keys, by the library `pm` and the `schema`. */
export function commandsOf(pm, schema) {
  const { commands, history, transform } = pm
  const { Selection } = pm.state
  const { table, isInTable, keys: tableKeys } = tableCommands(pm, schema)
  const { nodes, marks } = schema
  const { chainCommands, exitCode, lift, setBlockType, toggleMark, wrapIn } = commands

  /** The innermost node around the cursor that `test` holds for, and its depth. */
  function around({ $from }, test) {
    for (let depth = $from.depth; depth > 0; depth--)
      if (test($from.node(depth))) return { node: $from.node(depth), depth }
  }

  const isIn = (state, type) => around(state.selection, (it) => it.type === type)
  const quote = (state, dispatch) =>
    (isIn(state, nodes.blockquote) ? lift : wrapIn(nodes.blockquote))(state, dispatch)

  /** Make each paragraph that is selected an item; or items paragraphs again. */
  function list(state, dispatch) {
    if (isIn(state, nodes.bullet_list)) return lift(state, dispatch)
    const { $from, $to } = state.selection
    const range = $from.blockRange($to)
    const wrapping = range && transform.findWrapping(range, nodes.bullet_list)
    if (!wrapping) return false
    if (!dispatch) return true
    const tr = state.tr.wrap(range, wrapping)
    const { start } = range
    let at = start + 2 // Within the list and its first item.
    for (let n = range.startIndex; n < range.endIndex - 1; n++) {
      at += range.parent.child(n).nodeSize
      tr.split(at)
      at += 2
    }
    dispatch(tr.scrollIntoView())
    return true
  }

  function newItem(state, dispatch) {
    const { $from, $to, empty } = state.selection
    const isItem = $from.depth > 1 && $from.node(-1).type === nodes.list_item
    if (!isItem || !$from.sameParent($to) || (empty && !$from.parent.content.size)) return false
    dispatch?.(state.tr.deleteSelection().split($from.pos, 2).scrollIntoView())
    return true
  }

  function lineBreak(state, dispatch) {
    if (!state.selection.$from.parent.type.contentMatch.matchType(nodes.hard_break))
      return false
    if (isIn(state, nodes.table_row)) return true // A cell has one line.
    dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView())
    return true
  }

  /** From a cell Enter leads behind the table. */
  function leaveTable(state, dispatch) {
    const table = isIn(state, nodes.table)
    if (!table) return false
    const end = state.selection.$from.after(table.depth)
    const tr = state.tr
    if (!state.doc.resolve(end).nodeAfter) tr.insert(end, nodes.paragraph.create())
    dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(end))).scrollIntoView())
    return true
  }

  /** Remove the link around the cursor or selection, or add one to `href`. */
  const link = (href) => (state, dispatch) => {
    const { from, to, empty } = state.selection
    if (!href) return toggleMark(marks.link)(state, dispatch)
    const mark = marks.link.create({ href })
    const tr = empty
      ? state.tr.insert(from, schema.text(href, [mark]))
      : state.tr.addMark(from, to, mark)
    dispatch?.(tr.scrollIntoView())
    return true
  }

  const formats = {
    bold: toggleMark(marks.strong),
    italic: toggleMark(marks.em),
    list,
    quote,
    table,
  }
  const keys = {
    "Mod-b": formats.bold,
    "Mod-i": formats.italic,
    "Mod-z": history.undo,
    "Mod-y": history.redo,
    "Shift-Mod-z": history.redo,
    Enter: chainCommands(leaveTable, newItem),
    "Shift-Enter": chainCommands(exitCode, lineBreak),
    "Mod-Enter": () => false,
    "Mod-Alt-0": setBlockType(nodes.paragraph),
    ...tableKeys,
  }
  const isLinked = ({ selection: { from, to, $from }, doc }) =>
    Boolean(marks.link.isInSet($from.marks())) || doc.rangeHasMark(from, to, marks.link)
  return { formats, keys, link, isLinked, isInTable }
}
