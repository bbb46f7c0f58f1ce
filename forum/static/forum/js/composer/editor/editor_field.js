// The editor as the place where names and titles are suggested: see text_field.js.

/** The place of `view`, the editor of `area`. */
export function editorField(view, area, pm) {
  return {
    element: view.dom,
    after: view.dom.parentElement,
    form: area.form,
    isAlone: () => view.state.selection.empty,
    before() {
      const { $from, empty } = view.state.selection
      const start = $from.start()
      return empty ? view.state.doc.textBetween(start, $from.pos, "\n", "\n") : ""
    },
    lineEnd() {
      const { top } = view.dom.offsetParent.getBoundingClientRect()
      return view.coordsAtPos(view.state.selection.from).bottom - top
    },
    link(length, title, url) {
      const { schema, tr, selection } = view.state
      const words = schema.text(title, [schema.marks.link.create({ href: url })])
      tr.replaceWith(selection.from - length, selection.from, words)
      view.dispatch(pm.history.closeHistory(tr.removeStoredMark(schema.marks.link)))
    },
    /** Put what was chosen instead of the last `length` characters. */
    replace(length, { written, title, url }) {
      const { schema, tr, selection } = view.state
      const marks = url ? [schema.marks.link.create({ href: url })] : []
      const words = [schema.text(url ? title : written, marks), schema.text(" ")]
      const content = pm.model.Fragment.from(words)
      tr.replaceWith(selection.from - length, selection.from, content)
      view.dispatch(tr.removeStoredMark(schema.marks.link).scrollIntoView())
    },
  }
}
