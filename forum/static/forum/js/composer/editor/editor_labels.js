// What the editor is for who cannot see it.

/** Have `box`, the editor of `area`, be what the field is, with the same `label`. */
export function labelEditor(box, area, label) {
  label.id ||= `${area.id}-label`
  const same = () => {
    for (const name of ["aria-describedby", "aria-invalid", "aria-required"])
      if (area.hasAttribute(name)) box.setAttribute(name, area.getAttribute(name))
      else box.removeAttribute(name)
  }
  const constant = { role: "textbox", "aria-multiline": "true", "aria-labelledby": label.id }
  for (const [name, value] of Object.entries(constant)) box.setAttribute(name, value)
  box.id = `${area.id}-editor`
  same()
  new MutationObserver(same).observe(area, { attributes: true })
}
