// What can be said of a file before it is sent: why it is not taken, and what it is called.

import { fill } from "../../words.js"

const lang = document.documentElement.lang
const inUnit = (unit) =>
  new Intl.NumberFormat(lang, { style: "unit", unit, maximumFractionDigits: 1 })

/** `size` bytes in words. */
export function sizeInWords(size) {
  if (size < 1000) return inUnit("byte").format(size)
  if (size < 1e6) return inUnit("kilobyte").format(Math.round(size / 1000))
  return inUnit("megabyte").format(size / 1e6)
}

/**
 * Why `file` is not taken, in words; "" if it may be. `panel`: the limits and words of the server.
 * `others`: [name, size] of the files that the post has already.
 */
export function refusalOf(file, name, panel, others) {
  const { mostFile, mostPost, mostCount, room, endings } = panel.dataset
  const total = others.reduce((sum, [, size]) => sum + size, 0)
  const say = (words) => fill(panel, words, { name, size: sizeInWords(file.size) })
  if (others.some((it) => it[0] === name && it[1] === file.size)) return say("there")
  if (others.length >= mostCount) return say("tooMany")
  if (!file.size) return say("empty")
  if (!hasEnding(name, endings)) return say("notTaken")
  if (file.size > mostFile) return say("tooLarge")
  if (total + file.size > mostPost) return say("tooHeavy")
  const left = panel.querySelector("[data-quota]").textContent
  return file.size > room ? `${say("noRoom")} ${left}` : ""
}

/** Whether `name` has one of the `endings`, which are written with commas between them. */
export function hasEnding(name, endings) {
  return endings.split(",").some((it) => name.toLowerCase().endsWith(it))
}

/** What `file` is called: one from the clipboard has no name of its own. */
export function nameOf(file, panel, taken) {
  const ending = /^image\.(png|jpe?g|gif|webp)$/i.exec(file.name)?.[1]
  if (!ending) return file.name
  const now = new Date()
  const two = (n) => String(n).padStart(2, "0")
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-")
  const time = [two(now.getHours()), two(now.getMinutes())].join(".")
  const name = fill(panel, "pasted", { date, time })
  const others = taken.filter((it) => it.startsWith(name)).length
  return name + (others ? ` (${others + 1}).` : ".") + ending
}
