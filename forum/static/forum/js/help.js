// The keys that pages understand, listed when someone presses one of them.

const lang = document.documentElement.lang

const KEYS = {
  fr: {
    title: "Raccourcis clavier", close: "Fermer", n: "Nouveau fil",
    r: "Répondre", "j / k": "Message ou fil suivant, précédent", "?": "Cette aide",
  },
  en: {
    title: "Keyboard shortcuts", close: "Close", n: "New thread",
    r: "Reply", "j / k": "Next, previous message or thread", "?": "This help",
  },
}

/** Open the list; the browser gives focus back when it closes. */
export function help() {
  const { title, close, ...keys } = KEYS[lang] ?? KEYS.fr
  const dialog = document.createElement("dialog")
  const make = (tag, words, parent) => {
    const element = parent.appendChild(document.createElement(tag))
    element.textContent = words
    return element
  }
  dialog.setAttribute("aria-label", title)
  dialog.className = "card"
  make("h2", title, dialog)
  const list = make("dl", "", dialog)
  list.className = "facts"
  for (const [key, does] of Object.entries(keys)) {
    const row = make("div", "", list)
    make("kbd", key, make("dt", "", row))
    make("dd", does, row)
  }
  const button = make("button", close, dialog)
  button.className = "button"
  button.addEventListener("click", () => dialog.close())
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
