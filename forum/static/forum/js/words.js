// Words for scripts: templates write them, translated, into data attributes.

/** The words `data-<name>` of `element`, each {value} filled in. */
export function fill(element, name, values = {}) {
  return (element?.dataset[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key])
}

/** Have a screen reader say `words`. */
export function announce(words) {
  const region = document.getElementById("live-region")
  if (region) region.textContent = words
}
