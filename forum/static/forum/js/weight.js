// What the page weighs: the bytes of all that was transferred for it, told in the footer.

const { lang } = document.documentElement
const kilobytes = new Intl.NumberFormat(lang, {
  style: "unit",
  unit: "kilobyte",
  maximumFractionDigits: 0,
})
let bytes = 0

/** Show the weight in [data-weight], and keep it up to date with what loads later. */
export function measureWeight() {
  const observer = new PerformanceObserver(add)
  for (const type of ["navigation", "resource"]) observer.observe({ type, buffered: true })
}

function add(loads) {
  const place = document.querySelector("[data-weight]")
  for (const load of loads.getEntries()) bytes += load.transferSize ?? 0
  if (!place || !bytes) return
  place.textContent = kilobytes.format(Math.max(1, bytes / 1000))
  place.parentElement.hidden = false
}
