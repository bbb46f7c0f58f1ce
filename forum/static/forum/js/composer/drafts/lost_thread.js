// The page of a thread that is not there: whoever read it in this tab is told, and given back
// what they were writing in it. To anybody else the page says nothing of it.
//
//   [data-lost]       what is said, hidden
//   [data-lost] form  shows the draft of a reply; its address has 0 for the number of the thread

import { attempt } from "../../browser_storage.js"

const lost = document.querySelector("[data-lost]")
const [number] = location.pathname.match(/\d+/) ?? [0]
const form = lost.querySelector("form")
form.action = form.action.replace("/0/", `/${number}/`)
// The live layer marks the pages that it loads again.
attempt(() => {
  lost.hidden = !sessionStorage.getItem(`reloaded ${location.pathname}`)
})
