// Which rows of an open list are unread to whoever looks. Rows are the same for all who see
// them: the rules of one style element reveal the mark of those that are unread.

const list = document.querySelector("#threads[data-unread]")
const marks = document.getElementById("unread-marks")
const PREFIX = "thread-"
let count = Number.parseInt(document.getElementById("badge")?.textContent, 10)

// What the browser shows when one comes back may be as it was: then all is asked again.
let isOld = performance.getEntriesByType("navigation")[0]?.type === "back_forward"

const isMarked = (row) =>
  [...marks.sheet.cssRules].some((rule) => rule.selectorText === `#${row.id}`)
const rows = () => [...list.querySelectorAll(`:scope > [id^=${PREFIX}]`)]

function mark(id) {
  marks.sheet.insertRule(`#${id}{--unread:inline;--title-weight:700}`)
}

/** What was read elsewhere, or has come there, is asked of the server. */
async function refresh() {
  const { unread: address } = list.dataset
  const known = rows().map((row) => row.id.slice(PREFIX.length))
  const url = new URL(address, location)
  url.searchParams.set("fils", known.join())
  const answer = await fetch(url).catch(() => null)
  if (!answer?.ok) return
  const { unread } = await answer.json()
  while (marks.sheet.cssRules.length) marks.sheet.deleteRule(0)
  for (const pk of unread) mark(PREFIX + pk)
}

/** A thread that somebody else has started since the page was drawn is unread. */
function markNew(row) {
  const { author, created } = row.dataset
  const isNew = Number(created) >= Number(list.dataset.drawn)
  if (isNew && author !== document.body.dataset.person && !isMarked(row)) mark(row.id)
}

function look(records) {
  const added = records.flatMap((record) => [...record.addedNodes])
  if (isOld) refresh()
  else for (const row of added) if (row.dataset?.created) markNew(row)
  isOld = false
}

if (list && marks) {
  new MutationObserver(look).observe(list, { childList: true })
  document.addEventListener("counts", ({ detail }) => {
    if (detail.badge !== count) refresh()
    count = detail.badge
  })
  // Someone comes back, maybe from a thread that they opened.
  addEventListener("pageshow", ({ persisted }) => {
    isOld ||= persisted
    if (isOld) refresh()
  })
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && marks.sheet.cssRules.length) refresh()
  })
}
