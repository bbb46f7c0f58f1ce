// Writing on the whole screen: what a telephone leaves beside its keyboard is all for the text.
// Escape leaves, and so does sending. Browsers without what it takes have no such button.
//
//   .tools > template[data-whole-screen]   its button and style sheet

const HEIGHT = "--seen-height"
const TOP = "--seen-top"

/** Offer it in `composer`. */
export function offerWholeScreen(composer) {
  const template = composer.querySelector("[data-whole-screen]")
  const screen = window.visualViewport
  if (!template || !screen || !("inert" in template)) return
  template.replaceWith(template.content)
  const button = composer.querySelector(".tools [aria-pressed]")
  const area = composer.querySelector("textarea")
  let left = []
  button.title = button.getAttribute("aria-label")

  /** The keyboard of a telephone covers pages: what is seen is less than the window. */
  const fit = () => {
    composer.style.setProperty(HEIGHT, `${screen.height}px`)
    composer.style.setProperty(TOP, `${screen.offsetTop}px`)
  }
  const set = (isWhole) => {
    if (isWhole === composer.classList.contains("whole")) return
    composer.classList.toggle("whole", isWhole)
    button.setAttribute("aria-pressed", isWhole)
    for (const element of left) element.removeAttribute("inert")
    left = isWhole ? besides(composer) : []
    for (const element of left) element.setAttribute("inert", "")
    for (const event of ["resize", "scroll"])
      screen[isWhole ? "addEventListener" : "removeEventListener"](event, fit)
    fit()
    area.focus()
  }

  button.addEventListener("click", () => set(!composer.classList.contains("whole")))
  area.form.addEventListener("submit", ({ submitter }) => {
    if (!submitter?.hasAttribute("formaction")) set(false)
  })
  composer.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) set(false)
  })
}

/** All that the page shows besides `element`; what says things aloud goes on doing so. */
function besides(element) {
  const found = []
  for (let at = element; at !== document.body; at = at.parentElement) {
    const others = [...at.parentElement.children].filter(
      (it) => it !== at && !it.hasAttribute("inert"),
    )
    found.push(...others.filter((it) => !it.matches("[aria-live]")))
  }
  return found
}
