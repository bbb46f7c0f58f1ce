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

/** The block, `at` so many of `sources`, in which the character `place` of their text is, and
    where in it, `offset`. */
function blockAt(sources, place) {
  let start = 0
  let at = sources.findIndex((it) => {
    const end = start + (it ? it.length + 2 : 0) // With the empty line behind it.
    if (place < end) return true
    start = end
    return false
  })
  if (at < 0) at = sources.length - 1
  const { length } = sources[at]
  return { at, offset: Math.max(0, Math.min(place - start, length)) }
}

/** How much of `doc` its first `n` blocks take. */
export function sizeTo(doc, n) {
  let size = 0
  for (let at = 0; at < n; at++) size += doc.child(at).nodeSize
  return size
}

/** Where in `doc` the character `place` of its text, of the blocks `sources`, is; the end of its
    block, where that has marks. */
export function positionOf(doc, sources, place) {
  const { at, offset } = blockAt(sources, place)
  const isPlain = doc.child(at).textContent === sources[at].replaceAll("\n", " ")
  return isPlain ? sizeTo(doc, at) + 1 + offset : sizeTo(doc, at + 1) - 1
}
