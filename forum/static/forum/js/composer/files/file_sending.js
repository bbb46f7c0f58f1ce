// Sending one file, by a request that tells how far it is.

const PATIENCE = 60_000 // ms in which nothing goes on: the line is cut then, whatever it says

/**
 * Send `file`, called `name`, to `address`. Call `onProgress` with the part that is sent, from 0
 * to 1, and `onEnd` with { status, data }, or with null where the line was cut. Give a function
 * that ends it; nothing is called any more then.
 */
export function sendFile(file, { name, address, token, onProgress, onEnd }) {
  return post(address, { fields: { file: [file, name] }, token, onProgress, onEnd })
}

/** Send these `fields`, each a text or [file, its name], likewise. */
export function post(address, { fields, token, onProgress, onEnd }) {
  const request = new XMLHttpRequest()
  let isOver = false
  let timer

  const end = (answer) => {
    clearTimeout(timer)
    if (!isOver) onEnd(answer)
    isOver = true
  }
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => request.abort(), PATIENCE)
  }

  request.upload.addEventListener("progress", ({ loaded, total }) => {
    wait()
    if (!isOver) onProgress?.(loaded / total)
  })
  request.addEventListener("load", () =>
    end({ status: request.status, data: request.response }),
  )
  for (const type of ["error", "abort"]) request.addEventListener(type, () => end(null))
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, ...[value].flat())
  request.open("POST", address)
  request.responseType = "json"
  request.setRequestHeader("X-CSRFToken", token)
  request.send(body)
  wait()
  return () => {
    isOver = true
    clearTimeout(timer)
    request.abort()
  }
}
