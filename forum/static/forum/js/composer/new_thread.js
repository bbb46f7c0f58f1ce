// The form of a new thread: tags and similar threads that are suggested, the guide of a topic, and
// what was posted already. Each enhances what it finds by itself.

import "./posted.js"
import "../suggestions/similar_to_title.js"
import "../suggestions/tag_suggestions.js"
import "./thread_templates.js"
