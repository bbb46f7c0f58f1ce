// The browser's storage, which may have no room or be forbidden, and what we keep there.

/** How the key of a draft begins in `localStorage`. */
export const DRAFT = "draft "
/** Where `localStorage` holds "off" where someone has switched the shortcuts off. */
export const SINGLE_KEYS = "single keys"
/** Where `sessionStorage` holds the key of the draft that was sent last. */
export const SENT = "sent"

/** Do `work` with the storage; whether the browser allowed it. */
export function attempt(work) {
  try {
    work()
    return true
  } catch {
    return false
  }
}

/** The keys of all drafts kept in this browser. */
export function draftKeys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(DRAFT))
}
