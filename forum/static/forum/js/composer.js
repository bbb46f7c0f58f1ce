// Writing: drafts, a toolbar, a preview, sending without leaving the page. Without this file
// the same form posts as forms do.
//
//   form[data-composer] > .tools [data-md]…, textarea, [data-draft], [data-preview], [data-send],
//   [data-closed]

const lang = document.documentElement.lang
const WORDS = {
  fr: {
    kept: "Brouillon retrouvé.",
    saved: "Brouillon enregistré.",
    sending: "Envoi…",
    failed: "Le réseau n’a pas répondu. Votre texte est gardé : réessayez dans un instant.",
    link: "adresse",
    words: "texte",
  },
  en: {
    kept: "Draft restored.",
    saved: "Draft saved.",
    sending: "Sending…",
    failed: "The network did not answer. Your text is kept: try again in a moment.",
    link: "address",
    words: "text",
  },
}
const SAY = WORDS[lang] ?? WORDS.fr
const OLDEST = 30 * 24 * 3600 * 1000 // Drafts nobody came back to.
const PREFIX = "draft "
const SEND = "[data-send], button:not([type=button], [data-preview])"

/** Set to work on every composer of the page. */
export function start() {
  forgetOld()
  document.querySelectorAll("form[data-composer]").forEach(compose)
  document.addEventListener("click", cite)
}

function compose(form) {
  const area = form.querySelector("textarea")
  const draft = draftOf(form, area)
  draft.restore()
  form.querySelector(".tools")?.toggleAttribute("hidden", false)
  for (const tool of form.querySelectorAll("[data-md]")) tool.title = tool.ariaLabel
  form.addEventListener("input", draft.save)
  form.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-md]")
    if (tool) mark(area, tool.dataset.md)
    if (!event.target.closest("[data-preview]")) return
    event.preventDefault()
    preview(form, area)
  })
  form.addEventListener("submit", (event) => send(event, form, area, draft))
  document.addEventListener("reloading", (event) => {
    if (form.dataset.sending || !draft.isKept()) event.preventDefault()
  })
  heed(form)
}

/** Close with the thread, and open again with it; the live layer tells by an event. */
function heed(form) {
  const posts = document.querySelector("#posts[data-live]")
  const notice = form.querySelector("[data-closed]")
  if (!posts || !notice) return
  const change = () => {
    const isClosed = posts.dataset.locked === "true"
    if (notice.hidden !== isClosed) return
    notice.hidden = !isClosed
    form.querySelector(SEND).toggleAttribute("disabled", isClosed)
    document.getElementById("live-region").textContent = isClosed ? notice.textContent : ""
  }
  posts.addEventListener("changed", change)
  change()
}

// ---------------------------------------------------------------- drafts

function draftOf(form, area) {
  // Whose it is, then the address, which names the thread and the intent.
  const slot = `${PREFIX}${document.body.dataset.person} ${new URL(form.action).pathname}`
  const fields = () => [...form.elements].filter((it) => it.matches("textarea, input[type=text]"))

  const isEmpty = () => !fields().some((it) => it.value.trim())

  /** Whether all that is typed is safe. An empty form leaves alone what another tab has kept. */
  const isKept = () => isEmpty() || save()

  function save() {
    if (isEmpty()) return forget()
    const typed = Object.fromEntries(fields().map((it) => [it.name, it.value]))
    const kept = { at: Date.now(), key: form.elements.key?.value, typed }
    const isSaved = store(() => localStorage.setItem(slot, JSON.stringify(kept)))
    if (isSaved) note(form, SAY.saved)
    return isSaved
  }
  function restore() {
    const kept = read(slot)
    if (!kept) return
    if (area.value.trim()) return isReply() && joinTo(kept.typed[area.name] ?? "")
    for (const it of fields()) if (!it.value) it.value = kept.typed[it.name] ?? ""
    // The same key as when it was sent: what did arrive is then not posted twice.
    if (form.elements.key && kept.key) form.elements.key.value = kept.key
    note(form, SAY.kept)
  }
  // A quotation opens the page: what was being written goes on below it.
  function joinTo(words) {
    if (!words.trim() || area.value.includes(words.trim())) return
    area.value = `${area.value.trimEnd()}\n\n${words.trim()}\n`
    note(form, SAY.kept)
  }
  const isReply = () => new URL(form.action).pathname.endsWith("/reponses/")
  const forget = () => store(() => localStorage.removeItem(slot))
  return { save, isKept, restore, forget, slot }
}

function read(slot) {
  let kept = null
  store(() => (kept = JSON.parse(localStorage.getItem(slot))))
  return kept
}

/** Whether the browser let us: it may have no room, or no storage at all. */
function store(work) {
  try {
    work()
    return true
  } catch {
    return false
  }
}

function forgetOld() {
  store(() => {
    for (const slot of Object.keys(localStorage)) {
      const isOurs = slot.startsWith(PREFIX)
      if (isOurs && !(read(slot)?.at > Date.now() - OLDEST)) localStorage.removeItem(slot)
    }
  })
}

// ---------------------------------------------------------------- toolbar and preview

const AROUND = { bold: ["**", "**"], italic: ["_", "_"], code: ["`", "`"] }
const BEFORE = { quote: "> ", list: "- ", numbers: "1. ", heading: "## " }

function mark(area, how) {
  const [from, to] = [area.selectionStart, area.selectionEnd]
  const chosen = area.value.slice(from, to)
  const [open, close] = AROUND[how] ?? ["[", `](${SAY.link})`]
  const words = chosen || SAY.words
  const lines = (prefix) => words.split("\n").map((line) => prefix + line).join("\n")
  area.focus()
  const marked = BEFORE[how] ? lines(BEFORE[how]) : open + words + close
  // Through the browser's own editing, so that undo knows of it.
  const isDone = document.execCommand?.("insertText", false, marked)
  if (!isDone) area.setRangeText(marked, from, to, "end")
  const start = BEFORE[how] ? from + BEFORE[how].length : from + open.length
  if (!chosen) area.setSelectionRange(start, start + words.length)
  area.dispatchEvent(new Event("input", { bubbles: true }))
}

async function preview(form, area) {
  const body = new FormData()
  body.set("text", area.value)
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
  try {
    const answer = await fetch("/apercu/", { method: "POST", body })
    if (!answer.ok) throw new Error(answer.status)
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    form.querySelector("#preview")?.remove()
    area.after(page.querySelector("#preview"))
  } catch {
    note(form, SAY.failed)
  }
}

/** Answer a post in the composer that is already open on its page, quoting it. */
function cite(event) {
  const post = event.target.closest("[data-cite]")?.closest("[data-number]")
  const area = document.querySelector("#repondre textarea")
  if (!post || !area || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  const name = post.querySelector("h2").textContent.trim()
  const chosen = String(getSelection())
  const said = post.contains(getSelection().anchorNode) && chosen.trim() ? chosen : post.querySelector(".prose").innerText
  const quoted = said.trim().split("\n").map((line) => `> ${line}`.trimEnd()).join("\n")
  const before = area.value.trimEnd()
  area.value = `${before && before + "\n\n"}> **${name}\u00a0:**\n${quoted}\n\n`
  area.focus()
  area.setSelectionRange(area.value.length, area.value.length)
  area.dispatchEvent(new Event("input", { bubbles: true }))
}

// ---------------------------------------------------------------- sending

/** Send in place where the page shows the thread; elsewhere, once, as forms do. */
async function send(event, form, area, draft) {
  if (form.dataset.sending) return event.preventDefault()
  draft.save()
  const posts = document.querySelector("#posts[data-live]")
  if (!posts) return once(form, draft)
  event.preventDefault()
  const sent = area.value
  const answer = await whileSending(form, () => post(form, posts))
  if (answer === null || answer.status >= 500) return say(area, [SAY.failed])
  const isData = answer.headers.get("Content-Type")?.includes("json")
  const news = isData && (await answer.json())
  if (answer.status === 201) await arrived(form, area, draft, news, sent)
  else if (news?.errors) refused(form, area, news)
  else submitPlainly(form, draft)
}

/** Say why by the field; if other people read here now, say who before it is sent again. */
function refused(form, area, { errors, audience, readers }) {
  say(area, Object.values(errors).flat())
  if (form.elements.audience) form.elements.audience.value = audience
  const place = form.querySelector("[data-readers]")
  if (place) place.innerHTML = readers
}

async function post(form, posts) {
  try {
    return await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      credentials: "same-origin",
      redirect: "manual",
      headers: { "X-Seen": posts.dataset.seq, Accept: "application/json" },
      signal: AbortSignal.timeout(20_000),
    })
  } catch {
    return null
  }
}

async function arrived(form, area, draft, news, sent) {
  say(area, [])
  note(form, "")
  if (form.elements.key) form.elements.key.value = freshKey()
  if (area.value === sent) {
    draft.forget()
    area.value = area.defaultValue = ""
  } else draft.save() // Something else was typed meanwhile: it is the next reply.
  form.querySelector("#preview")?.remove()
  const live = await import("../../realtime/live.js").catch(() => null)
  if (!live?.update(news)) go(new URL(news.place, location))
}

function go(url) {
  const isHere = url.pathname + url.search === location.pathname + location.search
  location.assign(url)
  if (isHere) location.reload() // Else only the fragment would change.
}

async function whileSending(form, work) {
  const button = form.querySelector(SEND)
  form.dataset.sending = "1"
  button?.setAttribute("aria-disabled", "true")
  note(form, SAY.sending)
  const answer = await work()
  delete form.dataset.sending
  button?.removeAttribute("aria-disabled")
  note(form, "")
  return answer
}

/** A form that posts as forms do, but not twice; page.js drops its draft where it arrives. */
function once(form, draft) {
  form.dataset.sending = "1"
  addEventListener("pageshow", ({ persisted }) => persisted && delete form.dataset.sending)
  store(() => sessionStorage.setItem("sent", draft.slot))
}

/** The session has ended, or so: let the server answer with a page, which keeps the text. */
function submitPlainly(form, draft) {
  once(form, draft)
  form.submit()
}

// ---------------------------------------------------------------- what its writer is told

function say(area, errors) {
  const id = `${area.id || area.name}_error`
  const hint = (area.dataset.hint ??= area.getAttribute("aria-describedby") ?? "")
  document.getElementById(id)?.remove()
  area.removeAttribute("aria-invalid")
  area.setAttribute("aria-describedby", errors.length ? `${hint} ${id}`.trim() : hint)
  if (!errors.length) return
  const list = document.createElement("ul")
  Object.assign(list, { id, className: "error", role: "alert" })
  for (const words of errors) list.appendChild(document.createElement("li")).textContent = words
  area.before(list)
  area.setAttribute("aria-invalid", "true")
  area.focus()
}

function note(form, words) {
  const place = form.querySelector("[data-draft]")
  if (place && place.textContent !== words) place.textContent = words
}

/** A random uuid. ``crypto.randomUUID`` would ask for a secure context. */
function freshKey() {
  const random = (most) => crypto.getRandomValues(new Uint8Array(1))[0] & most
  const digit = (n) => (n ^ random(15 >> (n / 4))).toString(16)
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, digit)
}
