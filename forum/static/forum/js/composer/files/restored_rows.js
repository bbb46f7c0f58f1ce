// The rows of the files that a draft kept: fetched again, as the server has them today.

import { fill } from "../../words.js"
import { keptIn } from "./kept_files.js"
import { fetchRows } from "./upload_panel.js"

/**
 * Fetch the rows of the files that `field` waits for, and fill in what was said of them. Give
 * { rows, words }: the words say that some are gone. Where the line is cut, it goes on waiting.
 */
export async function restoredRows(field, list, panel) {
  const kept = keptIn(field)
  if (!kept.length) return { rows: [] }
  let rows
  try {
    rows = await fetchRows(
      field.dataset.upload,
      kept.map(({ id }) => id),
    )
  } catch {
    return { rows: [] }
  }
  delete field.dataset.kept
  const byId = Object.fromEntries(rows.map((row) => [idOf(row), row]))
  const there = [...list.children].map(idOf)
  const found = kept.filter(({ id }) => byId[id] && !there.includes(id))
  for (const { id, description, isDecorative } of found) {
    const field = byId[id].querySelector("[name^=description-]")
    if (!field) continue
    field.value = description
    byId[id].querySelector("[name^=decorative-]").checked = isDecorative
  }
  const isWhole = kept.every(({ id }) => byId[id])
  return { rows: found.map(({ id }) => byId[id]), words: isWhole ? "" : fill(panel, "gone") }
}

const idOf = (row) => row.querySelector("[name=file]").value
