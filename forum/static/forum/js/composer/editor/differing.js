// Blocks of a document, and where they are in its text.

/** Which of the blocks `sources` are not in `text`: from `first` to `last`, and what is there
    instead. */
export function differing(sources, text) {
  let [first, last, from, to] = [0, sources.length, 0, text.length]
  for (; first < last; first++) {
    const gap =
      text.startsWith(sources[first], from) &&
      /^(?:\n[ \t]*(?=\n)\s*|\s*$)/.exec(text.slice(from + sources[first].length))
    if (!gap) break
    if (sources[first]) from += sources[first].length + gap[0].length
  }
  for (; last > first; last--) {
    const words = text.slice(from, to)
    const source = sources[last - 1]
    const rest = words.trimEnd()
    if (
      !rest.endsWith(source) ||
      !/(?:^|\n[ \t]*\n)$/.test(rest.slice(0, rest.length - source.length))
    )
      break
    if (source) to = from + rest.length - source.length
  }
  return { first, last, middle: text.slice(from, to) }
}

/** In which of the blocks `sources` the character `offset` of their text is. */
export function blockAt(sources, offset) {
  let end = 0
  const found = sources.findIndex((it) => {
    if (it) end += it.length + 2 // With the empty line behind it.
    return offset < end
  })
  return found < 0 ? sources.length - 1 : found
}

/** How much of `doc` its first `n` blocks take. */
export function sizeTo(doc, n) {
  let size = 0
  for (let at = 0; at < n; at++) size += doc.child(at).nodeSize
  return size
}
