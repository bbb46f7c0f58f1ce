// What one chooses in a form that writes, besides what one types: its topic, whom it asks.

const NOT_KEPT = "[data-files] *, [data-proposals] *, [name=addressee]"

const fieldsOf = (form) =>
  [...form.elements].filter(
    (it) => it.matches("select, [type=radio], [type=checkbox]") && !it.matches(NOT_KEPT),
  )

function isAsItCame(field) {
  if (!field.options) return field.checked === field.defaultChecked
  const came = [...field.options].find((it) => it.defaultSelected) ?? field.options[0]
  return field.value === came?.value
}

/** The values that are chosen in `form`, by the names of fields that are not as they came. */
export function chosenIn(form) {
  const fields = fieldsOf(form)
  const chosen = {}
  for (const { name } of fields.filter((it) => !isAsItCame(it)))
    chosen[name] = fields
      .filter((it) => it.name === name && (it.options || it.checked))
      .map((it) => it.value)
  return chosen
}

/** Choose in `form` what was `chosen`, but for what the address of the page names. */
export function choose(form, chosen = {}) {
  const named = new URLSearchParams(location.search)
  for (const it of fieldsOf(form)) {
    const values = chosen[it.name]
    if (!values || named.has(it.name)) continue
    const has = values.includes(it.value)
    if (!it.options) it.checked = has || (it.checked && it.type === "radio")
    else if ([...it.options].some((one) => one.value === values[0])) it.value = values[0]
  }
}
