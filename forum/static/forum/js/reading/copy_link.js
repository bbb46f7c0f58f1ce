// The button of a post that copies its address.
//
//   #posts[data-copied]    what is said when it is done
//   article [data-copy]    the button; `.at a` is the link whose address it copies

import { announce } from "../words.js"

const SHOWN_FOR = 2_000 // ms

/** Copy the address of the post whose button is pressed; where that is refused, go there. */
export async function copyLink(event) {
  const button = event.target.closest?.("[data-copy]")
  if (!button) return
  const { href } = button.closest("article").querySelector(".at a")
  try {
    await navigator.clipboard.writeText(href)
  } catch {
    return location.assign(href)
  }
  confirm(button, document.getElementById("posts").dataset.copied)
}

function confirm(button, copied) {
  const label = button.lastChild
  button.dataset.copy ||= label.textContent
  label.textContent = ` ${copied}`
  announce(copied)
  setTimeout(() => {
    label.textContent = button.dataset.copy
    const region = document.getElementById("live-region")
    if (region.textContent === copied) announce("")
  }, SHOWN_FOR)
}
