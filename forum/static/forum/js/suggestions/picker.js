// Picking a territory while one types its name: a combobox, as the ARIA practices describe it.
// Without it the form asks the same on its next page, and nothing typed is lost.

const WAIT = 150 // ms without a key before asking

/** Make ``place`` (data-picker) a combobox that adds what is chosen to the list it names. */
export function pick(place) {
  const input = place.querySelector("input:not([type=hidden])")
  const list = place.querySelector("[role=listbox]")
  const said = place.querySelector("[data-said]")
  const into = document.getElementById(place.dataset.into)
  let asked,
    timer,
    active = null

  const attributes = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  }
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value)

  const options = () => [...list.children]
  /** Tell the reader's screen reader; on the page, too, what no list shows. */
  const say = (words, isShown = false) => {
    said.textContent = words
    said.classList.toggle("visually-hidden", !isShown)
  }

  function show(is) {
    list.hidden = !is
    input.setAttribute("aria-expanded", is)
    if (!is) light(null)
  }

  function light(option) {
    active?.removeAttribute("aria-selected")
    active = option
    if (!option) return input.removeAttribute("aria-activedescendant")
    option.setAttribute("aria-selected", "true")
    input.setAttribute("aria-activedescendant", option.id)
    option.scrollIntoView({ block: "nearest" })
  }

  async function ask() {
    asked?.abort()
    const words = input.value.trim()
    if (!words) {
      say("")
      return show(false)
    }
    asked = new AbortController()
    const { signal } = asked
    try {
      const answer = await fetch(`${place.dataset.source}?q=${encodeURIComponent(words)}`, {
        signal,
      })
      if (!answer.ok) throw new Error(answer.status)
      list.innerHTML = await answer.text() // Our own fragment, escaped by the template.
      light(null)
      show(list.children.length > 0)
      const n = list.children.length
      if (n === 0) return say(said.dataset.none, true)
      say(n === 1 ? said.dataset.one : said.dataset.many.replace("{n}", n))
    } catch (error) {
      if (error.name === "AbortError") return
      show(false)
      say(said.dataset.failed, true)
    }
  }

  function choose(option) {
    const { slug } = option.dataset
    const name = option.querySelector("b").textContent
    const kind = place.dataset.picker
    let row = [...into.querySelectorAll("input")].find((one) => one.value === slug)
    if (!row) {
      const label = document.createElement("label")
      row = Object.assign(document.createElement("input"), {
        type: kind,
        name: "territory",
        value: slug,
      })
      label.append(row, ` ${name}`)
      const item = document.createElement("li")
      item.append(label)
      if (kind === "radio") into.replaceChildren()
      into.append(item)
    }
    row.checked = true
    into.closest("fieldset").hidden = into.closest("form").hidden = false
    input.value = kind === "radio" ? name : ""
    show(false)
    say(said.dataset.chosen.replace("{name}", name))
  }

  input.addEventListener("input", () => {
    if (place.dataset.picker === "radio") {
      // Another name is being typed.
      into.replaceChildren()
      into.closest("fieldset").hidden = true
    }
    clearTimeout(timer)
    timer = setTimeout(ask, WAIT)
  })
  input.addEventListener("keydown", (event) => {
    const all = options()
    const at = all.indexOf(active)
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at < 1 ? all.length : at) - 1 }[
      event.key
    ]
    if (event.isComposing) return
    if (to !== undefined && all.length) {
      event.preventDefault()
      show(true)
      light(all[to])
    } else if (event.key === "Enter" && active && !list.hidden) {
      event.preventDefault()
      choose(active)
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault()
      show(false)
    }
  })
  // Before the field loses its focus, which would close the list under the pointer.
  list.addEventListener("mousedown", (event) => event.preventDefault())
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]")
    if (option) choose(option)
  })
  input.addEventListener("blur", () => show(false))
}

document.querySelectorAll("[data-picker]").forEach(pick)
// Another script that brings a picker in says so.
document.addEventListener("picker", (event) => pick(event.target))
