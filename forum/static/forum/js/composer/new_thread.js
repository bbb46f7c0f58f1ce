// The form of a new thread: tags and similar threads that are suggested, whom it asks, the guide of
// a topic, and what was posted already. Each enhances what it finds by itself.

import "./posted.js"
import "../suggestions/similar_to_title.js"
import "../suggestions/field_suggestions.js"
import "./asked.js"
import "./thread_templates.js"

// What was kept of a field that is folded away shows.
const form = document.querySelector("form[data-composer=new]")
form?.addEventListener("restored", () => {
  for (const fold of form.querySelectorAll(".fold"))
    if (
      [...fold.querySelectorAll("[name=tags], [name=names], [name=ask]:checked")].some(
        (it) => it.value,
      )
    )
      fold.open = true
})
