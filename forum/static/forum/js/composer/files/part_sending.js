// Sending one file in parts: after a cut of the line it goes on where the server says it stands.

import { post } from "./file_sending.js"

const [KEPT, GONE, MISMATCH] = [200, 404, 409]
const MISSES = 5 // answers that something else is there than was thought

/**
 * Send `file` as `sendFile` does, in parts of `partSize` bytes. `upload` is kept by the caller from
 * one try to the next: its `key`, and what becomes known of it, such as the address that gives
 * it up. Call `onKept` each time that the server has more of it.
 */
export function sendInParts(file, options) {
  const { upload, name, parts, partSize, token, onProgress, onKept, onEnd } = options
  let stopRequest = null
  let isOver = false

  const ask = (address, fields, onSent) =>
    new Promise((done) => {
      stopRequest = post(address, { fields, token, onProgress: onSent, onEnd: done })
    })

  async function begin() {
    upload.fingerprint ??= await fingerprintOf(file, partSize)
    if (isOver) return null
    const { key, fingerprint } = upload
    const answer = await ask(parts, { key, name, size: file.size, fingerprint })
    if (answer?.status === KEPT && answer.data) {
      upload.address = answer.data.address
      upload.cancel = answer.data.cancel
    }
    return answer
  }

  function sendPart() {
    const at = upload.received
    const part = file.slice(at, at + partSize)
    const fields = { offset: at, ...(part.size && { part: [part, name] }) }
    return ask(upload.address, fields, (sent) =>
      onProgress((at + sent * part.size) / file.size),
    )
  }

  async function send() {
    let answer = await begin()
    for (let misses = 0; misses < MISSES && !isOver; ) {
      if (answer?.status === GONE) {
        // It was given up, or the same file goes on in another tab: this one is sent anew.
        upload.fingerprint = ""
        answer = await begin()
        misses += 1
      } else if ([KEPT, MISMATCH].includes(answer?.status) && answer.data) {
        const { received } = answer.data
        if (received > (upload.received ?? 0)) onKept()
        if (answer.status === MISMATCH) misses += 1
        upload.received = received
        answer = await sendPart()
      } else break
    }
    if (isOver) return
    if (answer?.status === 201) delete upload.cancel
    onEnd(answer)
  }

  send()
  return () => {
    isOver = true
    stopRequest?.()
  }
}

/** Have the server give up an `upload`, if it can be told. */
export function cancelUpload(upload, token) {
  if (!upload.cancel) return
  const options = { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }
  fetch(upload.cancel, options).catch(() => {})
}

/**
 * What tells the bytes of `file` from all others, in hexadecimal: the SHA-256 of those of its parts,
 * one in memory at a time. "" where the browser cannot say: only on a secure page it can.
 */
async function fingerprintOf(file, partSize) {
  try {
    const digests = []
    for (let at = 0; at < file.size; at += partSize) {
      digests.push(...(await digest(await file.slice(at, at + partSize).arrayBuffer())))
    }
    const bytes = await digest(new Uint8Array(digests))
    return [...bytes].map((it) => it.toString(16).padStart(2, "0")).join("")
  } catch {
    return ""
  }
}

async function digest(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
}
