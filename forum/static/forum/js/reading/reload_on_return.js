// A page whose rows are what is unread: it loads again where the browser's history brings it back.

const [navigation] = performance.getEntriesByType("navigation")
if (navigation?.type === "back_forward") location.reload()
addEventListener("pageshow", ({ persisted }) => persisted && location.reload())
