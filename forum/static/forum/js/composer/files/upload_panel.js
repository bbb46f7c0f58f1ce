// What the server has of files for a composer: limits, what is left, words and rows to copy.

/** Fetch the panel from `address`, and put it into `box` once its styles are there. */
export async function fetchPanel(address, box) {
  const panel = await fetchPart(address)
  panel.hidden = true
  box.append(panel)
  await Promise.all([...panel.querySelectorAll("link")].map(loaded))
  panel.hidden = false
  return panel
}

/** Fetch the rows of those of one's files `ids` that no post has yet, as far as they are there. */
export async function fetchRows(address, ids) {
  const part = await fetchPart(
    `${address}?${new URLSearchParams(ids.map((id) => ["file", id]))}`,
  )
  return [...part.querySelectorAll("[data-own-files] > li")]
}

async function fetchPart(address) {
  const answer = await fetch(address, { cache: "no-store" })
  if (!answer.ok) throw new Error(answer.status)
  const page = new DOMParser().parseFromString(await answer.text(), "text/html")
  return page.querySelector("[data-uploads]")
}

function loaded(link) {
  return new Promise((done) => {
    for (const type of ["load", "error"]) link.addEventListener(type, done)
  })
}
