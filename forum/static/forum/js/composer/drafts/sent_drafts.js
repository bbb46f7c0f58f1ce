// Drafts that are over: those that were sent, and all of them when their writer signs out, with
// what they have searched for.
//
//   body[data-person]   who is signed in
//   [data-sign-out]     the buttons that sign out

import { attempt, SENT, SINGLE_KEYS } from "../../browser_storage.js"

/** Forget the draft of a form that was sent, once a page shows its thread. */
export function forgetSentDraft() {
  if (!document.body.dataset.person) return // Signing in again: it is not posted yet.
  attempt(() => {
    const key = sessionStorage.getItem(SENT)
    sessionStorage.removeItem(SENT)
    if (!key || !document.getElementById("posts")) return
    localStorage.removeItem(key)
    sessionStorage.setItem("posted", `${location} ${document.title}`) // See posted.js.
  })
}

/** Leave no draft and no search to whoever uses this machine next, nor what is kept until then. */
export function forgetOnSignOut({ submitter }) {
  if (!submitter?.matches("[data-sign-out]")) return
  addEventListener("pagehide", () =>
    attempt(() => {
      for (const key of Object.keys(localStorage))
        if (key !== SINGLE_KEYS) localStorage.removeItem(key)
      sessionStorage.clear()
    }),
  )
}
