// Scripts that are loaded where one comes to need them.

/** Load the script at `src`, once. */
export function loadScript(src) {
  if (document.querySelector(`script[src="${src}"]`)) return
  document.head.append(Object.assign(document.createElement("script"), { type: "module", src }))
}
