// Tables in the editor: the button makes one, or within one a column more. Tab goes through the cells,
// behind the last one to a new row; from an empty row it goes on below the table. Backspace in an
// empty row or column removes it.

/** The commands of tables, by the library `pm` and the `schema`. */
export function tableCommands({ state: { Selection }, tables }, schema) {
  const { isInTable, selectedRect, goToNextCell } = tables
  const { nodes } = schema
  const isEmpty = (cells) => cells.every((it) => !it.content.size)

  /** A table of two rows behind the block of the cursor, or instead of an empty one. */
  function insert(state, dispatch) {
    const row = (type) => nodes.table_row.create(null, [type.create(), type.create()])
    const table = nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell)])
    const { $from } = state.selection
    const [from, to] = [$from.before(1), $from.after(1)]
    const { type, content } = state.doc.nodeAt(from)
    const start = type === nodes.paragraph && !content.size ? from : to
    const tr = state.tr.replaceWith(start, to, table)
    dispatch?.(tr.setSelection(Selection.near(tr.doc.resolve(start + 3))).scrollIntoView())
    return true
  }

  const table = (state, dispatch) =>
    isInTable(state) ? tables.addColumnAfter(state, dispatch) : insert(state, dispatch)

  /** The row and the column of the cursor, as cells, and the numbers of those. */
  function place(state) {
    const { table, top, left, map } = selectedRect(state)
    const rows = Array.from({ length: table.childCount }, (_, n) => table.child(n))
    const column = rows.map((it) => it.child(Math.min(left, it.childCount - 1)))
    return { table, top, row: [...rows[top].content.content], column, height: map.height }
  }

  function nextCell(state, dispatch, view) {
    if (!isInTable(state)) return false
    if (goToNextCell(1)(state, dispatch)) return true
    const { row, top } = place(state)
    if (!dispatch) return true
    if (top && isEmpty(row)) return leave(state, dispatch, view)
    tables.addRowAfter(state, dispatch)
    return goToNextCell(1)(view.state, dispatch)
  }

  /** Remove the empty row, and go on below the table. */
  function leave(state, dispatch, view) {
    if (place(state).height > 2) tables.deleteRow(state, dispatch)
    const { tr, selection } = view.state
    const end = selection.$from.after(1)
    if (!tr.doc.resolve(end).nodeAfter) tr.insert(end, nodes.paragraph.create())
    dispatch(tr.setSelection(Selection.near(tr.doc.resolve(end))).scrollIntoView())
    return true
  }

  function remove(state, dispatch) {
    const { empty, $from } = state.selection
    if (!isInTable(state) || !empty || $from.parent.content.size) return false
    const { table, row, column, top } = place(state)
    if (!table.textContent) return tables.deleteTable(state, dispatch)
    if (top && isEmpty(row)) return tables.deleteRow(state, dispatch)
    if (isEmpty(column)) return tables.deleteColumn(state, dispatch)
    return false
  }

  return {
    table,
    isInTable,
    keys: { Tab: nextCell, "Shift-Tab": goToNextCell(-1), Backspace: remove },
  }
}
