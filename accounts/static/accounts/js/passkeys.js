// Passkeys: forms that ask the browser for one and send on what it answers.
// Without this module, or in a browser that knows no passkeys, the other ways stand beside.

const KNOWN = window.PublicKeyCredential?.parseCreationOptionsFromJSON && navigator.credentials

/** Ask the person, through the browser, for what ``form`` takes; fill it in and send it. */
async function ask(form) {
  const { publicKey } = await options(form)
  const credential = await (form.dataset.passkey === "create"
    ? create(form, publicKey)
    : get(publicKey))
  form.elements.credential.value = JSON.stringify(credential)
  form.submit()
}

/** What the site asks of the key: in the page, or (to sign in) anew at each attempt. */
async function options(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options)
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } })
  if (!answer.ok) throw new Error(`The site answered ${answer.status}`)
  return (await answer.json()).request_options
}

function create(form, publicKey) {
  const alone = form.elements.passwordless?.checked
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone && { userVerification: "required" }),
  }
  publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey)
  return navigator.credentials.create({ publicKey })
}

function get(publicKey) {
  publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey)
  return navigator.credentials.get({ publicKey })
}

function enable(form, start) {
  const failed = form.querySelector("[data-passkey-failed]")
  start.hidden = false
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    failed.hidden = true
    start.disabled = true
    // What the browser refuses it does not explain, lest a site learn who has which key.
    await ask(form).catch(() => failed.toggleAttribute("hidden", false))
    start.disabled = false
  })
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const start = form.querySelector("[data-passkey-start]")
  const absent = form.querySelector("[data-passkey-absent]")
  if (KNOWN) enable(form, start)
  else absent.dataset.shown = start.dataset.shown = ""
  absent.hidden ||= Boolean(KNOWN)
}
