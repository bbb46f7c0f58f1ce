// What every page does beyond links and forms: times that age, the page's weight, keys.
// Without it the page says the same, as of when it was loaded.

const lang = document.documentElement.lang
const LIVE = "#posts[data-live], #threads[data-live]"
const COMPOSER = "form[data-composer]"

// ---------------------------------------------------------------- times, as one says them

/** What the template filter ``ago`` says of a moment; null once that is a date, and stays. */
export function ago(iso, now = Date.now()) {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000)
  const offset = iso.match(/([+-])(\d\d):(\d\d)$/)
  const shift = offset ? (offset[1] + 1) * (offset[2] * 60 + Number(offset[3])) : 0
  const day = (moment) => Math.floor((moment + shift * 60_000) / 86_400_000) // On the site's clock.
  const days = day(now) - day(Date.parse(iso))
  if (minutes < 1) return lang === "en" ? "just now" : "à l’instant"
  if (minutes < 60) return `${minutes} min`
  if (days === 0) return `${Math.floor(minutes / 60)} h`
  if (days === 1) return lang === "en" ? "yesterday" : "hier"
  if (days >= 7) return null
  const format = { weekday: "long", timeZone: "UTC" }
  return new Date(Date.parse(iso) + shift * 60_000).toLocaleDateString(lang, format)
}

/** A post's moment as one says it: *il y a 4 min*, *hier 9 h 12*, *mardi 9 h 12*; else null. */
function when(iso) {
  const said = ago(iso)
  if (said === null) return null
  const [, hour, minute] = iso.match(/T(\d\d):(\d\d)/)
  if (/min$/.test(said)) return lang === "en" ? `${said} ago` : `il y a ${said}`
  if (!/ h$|[a-z]{4}$/.test(said) || /instant|just now/.test(said)) return said
  const day = / h$/.test(said) ? (lang === "en" ? "today" : "aujourd’hui") : said
  return lang === "en" ? `${day} ${hour}:${minute}` : `${day} ${Number(hour)}\u00a0h\u00a0${minute}`
}

function age() {
  for (const time of document.querySelectorAll("#posts time[data-when]")) {
    const words = when(time.dateTime)
    time.title ||= time.textContent // The exact moment, which the page says without script.
    if (words && time.textContent !== words) time.textContent = words
  }
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const words = ago(time.dateTime)
    if (words && time.textContent !== words) time.textContent = words
  }
}

// ---------------------------------------------------------------- what the page weighs

let bytes = 0

/** Add what has loaded, early or late, to what the page weighs. */
function weigh(loads) {
  const place = document.querySelector("[data-weight]")
  for (const load of loads.getEntries()) bytes += load.transferSize ?? 0
  if (!place || !bytes) return
  const unit = lang === "en" ? "kB" : "ko"
  place.textContent = `${Math.max(1, Math.round(bytes / 1000)).toLocaleString(lang)}\u00a0${unit}`
  place.parentElement.hidden = false
}

// ---------------------------------------------------------------- keys

function step(by) {
  const items = [...document.querySelectorAll("#posts > article, #threads > [id^=thread-]")]
  const at = items.findIndex((item) => item.contains(document.activeElement))
  const below = items.findIndex((item) => item.getBoundingClientRect().bottom > 80)
  const item = items[at < 0 ? Math.max(0, below) : at + by]
  const target = item?.matches("article") ? item : item?.querySelector("a")
  target?.focus()
}

const ACTIONS = {
  n: () => document.querySelector("a[href^='/fils/nouveau/']")?.click(),
  r: () => document.querySelector(`${COMPOSER} textarea, a[href$='/reponses/']`)?.focus(),
  j: () => step(1),
  k: () => step(-1),
  "?": () => import("./help.js").then((it) => it.help(), () => {}),
}

function press(event) {
  const isTyping = event.target.closest?.("input, textarea, select, [contenteditable], dialog")
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  const act = Object.hasOwn(ACTIONS, event.key) && ACTIONS[event.key]
  if (!act) return
  event.preventDefault()
  act()
}

// ---------------------------------------------------------------- the link of a post

/** Copy the address of a post, which its number leads to; where that cannot be, go there. */
async function copy(event) {
  const button = event.target.closest?.("[data-copy]")
  if (!button) return
  const { href } = button.closest("article").querySelector(".at a")
  try {
    await navigator.clipboard.writeText(href)
  } catch {
    return location.assign(href)
  }
  const { copied } = document.getElementById("posts").dataset
  const [words, region] = [button.lastChild, document.getElementById("live-region")]
  const before = (button.dataset.copy ||= words.textContent)
  region.textContent = copied
  words.textContent = ` ${copied}`
  setTimeout(() => {
    words.textContent = before
    if (region.textContent === copied) region.textContent = ""
  }, 2000)
}

// ---------------------------------------------------------------- drafts that arrived

/** A form was sent and its thread shows: what was typed is no draft any more. */
function settle() {
  try {
    const slot = sessionStorage.getItem("sent")
    if (/^\/compte\//.test(location.pathname)) return // Signing in again; not there yet.
    sessionStorage.removeItem("sent")
    if (slot && /^\/fils\/\d+-/.test(location.pathname)) localStorage.removeItem(slot)
  } catch {
    // No storage, no drafts.
  }
}

/** Who signs out leaves nothing of theirs on a machine that others may use. */
function clear({ target }) {
  if (!target.matches("form[action$='/logout/']")) return
  try {
    Object.keys(localStorage).filter((slot) => slot.startsWith("draft ")).forEach((slot) => localStorage.removeItem(slot))
  } catch {
    // No storage, no drafts.
  }
}

// ---------------------------------------------------------------- start

settle()
age()
setInterval(age, 60_000)
// What arrives live is said the same way as what was there.
const arrived = document.querySelector(LIVE)
if (arrived) new MutationObserver(age).observe(arrived, { childList: true })
document.addEventListener("keydown", press)
document.addEventListener("click", copy)
document.addEventListener("submit", clear)
const scales = new PerformanceObserver(weigh)
for (const type of ["navigation", "resource"]) scales.observe({ type, buffered: true })
if (document.querySelector(COMPOSER)) import("./composer.js").then((it) => it.start())
// Without the live layer there is no such file, and the page stays as it was loaded.
const live = document.querySelector(LIVE) && import("../../realtime/live.js")
live?.then((it) => it.follow(), () => {})
