// Scripts that are loaded where one comes to need them.

/** Load the script at `src`, once; give its element. */
export function loadScript(src) {
  const found = document.querySelector(`script[src="${src}"]`)
  if (found) return found
  const script = Object.assign(document.createElement("script"), { type: "module", src })
  document.head.append(script)
  return script
}
