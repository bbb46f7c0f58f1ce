// Loading the page again, where the server asks for it.

import { attempt } from "../../forum/js/browser_storage.js"
import { SECOND } from "./timing.js"

const PAUSE = 10 * SECOND // Between two tries: what failed once is not tried for ever.

/** Load the page again, unless that was just tried or would lose what is typed; whether it will. */
export function reload() {
  const isSafe = document.dispatchEvent(new Event("reloading", { cancelable: true }))
  if (!isSafe || wasJustTried()) return false
  location.reload()
  return true
}

function wasJustTried() {
  const key = `reloaded ${location.pathname}`
  let isRecent = false
  const isKept = attempt(() => {
    isRecent = Date.now() - Number(sessionStorage.getItem(key)) < PAUSE
    if (!isRecent) sessionStorage.setItem(key, Date.now())
  })
  return isRecent || !isKept // Without a memory it might do so for ever.
}
