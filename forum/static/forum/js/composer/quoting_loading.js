// The script of quotations, loaded where one quotes a post, or selects words of one.
//
//   template[data-quoting]   in a page with a composer: the script's address

import { loadScript } from "../script_loading.js"

/** Load it as soon as it has something to do. */
export function loadQuoting() {
  const src = document.querySelector("[data-quoting]")?.dataset.quoting
  if (!src) return
  let script
  let isLoaded = false
  const load = () => {
    script = loadScript(src)
    script.addEventListener("load", () => {
      isLoaded = true
    })
  }
  document.addEventListener("selectionchange", () => {
    const { isCollapsed, anchorNode } = getSelection()
    if (!isCollapsed && anchorNode.parentElement?.closest("#posts .prose")) load()
  })
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-cite]")
    if (!link || isLoaded || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    load()
    script.onload = () => link.click()
    script.onerror = () => location.assign(link.href)
  })
}
