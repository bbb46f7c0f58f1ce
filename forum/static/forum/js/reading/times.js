// Times that age: relative dates, brought up to date while the page is open.
//
//   time[data-ago]          written by the template filter `ago`
//   #posts time[data-when]  written by the template filter `when`
//   #freshness[data-clock]  how a time of day is written: "{h} h {mm}"
//   #freshness[data-now]    what is said of the last minute: "à l’instant"

import { fill } from "../words.js"

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const { lang } = document.documentElement
const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto", style: "short" })
const weekday = new Intl.DateTimeFormat(lang, { weekday: "long", timeZone: "UTC" })

/** The moment `iso` on the clock of the site, whose offset it carries. */
function siteTime(iso, now) {
  const [, sign, hours, minutes] = iso.match(/([+-])(\d\d):(\d\d)$/) ?? [null, "+", 0, 0]
  const offset = Number(`${sign}1`) * (hours * 60 + Number(minutes)) * MINUTE
  const moment = Date.parse(iso)
  const day = (time) => Math.floor((time + offset) / DAY)
  return {
    local: new Date(moment + offset),
    days: day(now) - day(moment),
    minutes: Math.floor((now - moment) / MINUTE),
  }
}

/** The day of a moment, up to six days before: "hier", "lundi". */
function dayName({ days, local }) {
  return days < 2 ? relative.format(-days, "day") : weekday.format(local)
}

/**
 * What the template filter `ago` writes of a moment: "à l’instant", "4 min", "3 h", "hier",
 * "lundi"; null for a date, which stays.
 */
export function ago(iso, now = Date.now()) {
  const time = siteTime(iso, now)
  if (time.days > 6) return null
  if (time.minutes < 1) return word("now")
  if (time.minutes < 60) return `${time.minutes}\u00a0min` // Symbols, the same in every language.
  if (time.days === 0) return `${Math.floor(time.minutes / 60)}\u00a0h`
  return dayName(time)
}

/** The moment of a post: "il y a 4 min", "hier 9 h 12", "mardi 9 h 12"; null for a date. */
export function when(iso, now = Date.now()) {
  const time = siteTime(iso, now)
  if (time.days > 6) return null
  if (time.minutes < 1) return word("now")
  if (time.minutes < 60) return relative.format(-time.minutes, "minute")
  return `${dayName(time)} ${clock(time.local)}`
}

/** The time of day of a date that holds the site's own time. */
function clock(local) {
  const [h, mm] = local.toISOString().slice(11, 16).split(":")
  return word("clock", { h: Number(h), mm })
}

function word(name, values) {
  return fill(document.getElementById("freshness"), name, values)
}

/** Write every time of the page anew. */
export function updateTimes() {
  keepExact([...document.querySelectorAll("#posts time[data-when]:not([title])")])
  update("#posts time[data-when]", when)
  update("time[data-ago]", ago)
}

/** Keep the exact moment, which the page says without script; fewer words move nothing. */
function keepExact(times) {
  const widths = times.map((time) => time.offsetWidth)
  times.forEach((time, i) => {
    time.title = time.textContent
    time.style.minWidth = `${widths[i]}px`
  })
}

function update(selector, say) {
  for (const time of document.querySelectorAll(selector)) {
    const words = say(time.dateTime)
    if (words && time.textContent !== words) time.textContent = words
  }
}
