// Quoting a post in the composer that is open on its page.

/** Add the post whose [data-cite] is pressed, or what is selected of it, to the reply. */
export function quotePost(event) {
  const post = event.target.closest("[data-cite]")?.closest("article")
  const area = document.querySelector("form[data-composer=reply] textarea:not([readonly])")
  if (!post || !area || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  const before = area.value.trimEnd()
  const gap = before && "\n\n"
  area.value = `${before}${gap}${quotation(post)}\n\n`
  area.focus()
  area.setSelectionRange(area.value.length, area.value.length)
  area.dispatchEvent(new Event("input", { bubbles: true }))
}

function quotation(post) {
  const name = post.querySelector("h2").textContent.trim()
  const lines = quotedText(post).trim().split("\n")
  const quoted = lines.map((line) => `> ${line}`.trimEnd()).join("\n")
  return `> **${name}\u00a0:**\n${quoted}`
}

function quotedText(post) {
  const selection = getSelection()
  const selected = String(selection)
  const isHere = post.contains(selection.anchorNode) && selected.trim()
  return isHere ? selected : post.querySelector(".prose").innerText
}
