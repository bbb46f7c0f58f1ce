// Similar threads under a thread, fetched when one comes near: until then, and where the browser
// saves data, a link leads to them.
//
//   [data-similar]   the address of their list

const NEAR = "600px"

document.querySelectorAll("[data-similar]").forEach(watch)

function watch(place) {
  if (navigator.connection?.saveData) return
  const observer = new IntersectionObserver(
    (seen) => {
      if (!seen.some((it) => it.isIntersecting)) return
      observer.disconnect()
      show(place)
    },
    { rootMargin: NEAR },
  )
  observer.observe(place)
}

async function show(place) {
  try {
    const answer = await fetch(place.dataset.similar)
    if (answer.ok) place.innerHTML = await answer.text() // Our own, escaped by the template.
  } catch {
    // The link stays.
  }
}
