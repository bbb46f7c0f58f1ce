// The script of the search's boxes, loaded where one of them is first entered.
//
//   input[data-search]   a box: the script's address

/** Load it, on the `focusin` of a box. */
export function loadSearch({ target }) {
  const src = target.dataset.search
  if (!src || document.querySelector(`script[src="${src}"]`)) return
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src }))
}

/** Put the cursor into the box of the page, or else that of its header. */
export function enterSearch() {
  const box = [...document.querySelectorAll("[data-search]")].pop()
  box.focus()
  box.select()
}
