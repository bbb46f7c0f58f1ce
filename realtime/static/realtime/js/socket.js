// One WebSocket until its end, which is told once.

import { PATIENCE } from "./timing.js"

const SILENT = 4408 // The close code of a socket that did not answer in time.

/**
 * Open a socket at `url`: `hear` gets its frames, `ended` its close code. A dead one sends no
 * close event: what is said on it must be answered in time, by whatever frame.
 */
export function openSocket(url, hear, ended) {
  url.protocol = url.protocol.replace("http", "ws")
  const socket = new WebSocket(url)
  const listening = new AbortController()
  let [deadline, due] = [null, Number.POSITIVE_INFINITY]

  function expectFrame(within) {
    if (Date.now() + within >= due) return // It is awaited already.
    clearTimeout(deadline)
    due = Date.now() + within
    deadline = setTimeout(end, within, { code: SILENT })
  }

  function say(frame, within) {
    if (socket.readyState !== WebSocket.OPEN) return false
    socket.send(JSON.stringify(frame))
    expectFrame(within)
    return true
  }

  function drop() {
    clearTimeout(deadline)
    listening.abort()
    socket.close()
  }

  function end({ code }) {
    drop()
    ended(code)
  }

  function receive({ data }) {
    clearTimeout(deadline)
    due = Number.POSITIVE_INFINITY
    hear(JSON.parse(data))
  }

  socket.addEventListener("message", receive, { signal: listening.signal })
  socket.addEventListener("close", end, { signal: listening.signal })
  expectFrame(PATIENCE)
  return { say, drop }
}
