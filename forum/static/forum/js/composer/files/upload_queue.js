// The files of a composer that are on their way: two at a time, again after a cut of the line.

import { announce, fill } from "../../words.js"
import { freshKey } from "../keys.js"
import { sendFile } from "./file_sending.js"
import { cancelUpload, sendInParts } from "./part_sending.js"
import { nameIn, nameRow, rowsOf, showProgress, showState } from "./upload_rows.js"

const AT_ONCE = 2
const TRIES = 30 // by itself, where the browser says that it is online: half an hour
const [PAUSE, LONGEST_PAUSE] = [5_000, 60_000] // ms before the next of them, ever longer
const TOO_LARGE = 413

/** The queue of `form`, whose rows are in `list`. It tells the form "settled" where none waits. */
export function uploadQueue({ form, list, panel, address }) {
  const jobs = new Map()
  const { parts } = panel.dataset
  const partSize = Number(panel.dataset.partSize)
  const token = () => form.elements.csrfmiddlewaretoken.value
  const inState = (...states) => rowsOf(list).filter((it) => states.includes(it.dataset.state))

  function goOn() {
    for (const row of inState("waiting")) {
      if (inState("sending").length < AT_ONCE) start(row, jobs.get(row))
    }
    if (!inState("waiting", "sending", "cut").length) form.dispatchEvent(new Event("settled"))
  }

  function start(row, job) {
    show(row, "sending")
    const send = job.file.size > partSize ? sendInParts : sendFile
    job.stop = send(job.file, {
      name: job.name,
      address,
      parts,
      partSize,
      upload: job.upload,
      token: token(),
      onProgress: (part) => showProgress(row, panel, part),
      onKept: () => {
        job.tries = 0
      },
      onEnd: (answer) => {
        end(row, job, answer)
        goOn()
      },
    })
  }

  function end(row, job, answer) {
    if (!answer) cut(row, job)
    else if (answer.status === 201 && answer.data) finish(row, answer.data)
    else {
      const words = answer.data?.errors?.file?.join(" ")
      const isFinal = answer.status === 422
      if (words) show(row, isFinal ? "refused" : "failed", words)
      else if (answer.status === TOO_LARGE) show(row, "refused", fill(panel, "tooHeavy"))
      else show(row, "failed", fill(panel, "failed"))
      announce(row.querySelector("[data-refusal]").textContent)
    }
  }

  function cut(row, job) {
    show(row, "cut", fill(panel, "cut"))
    job.tries += 1
    const pause = Math.min(PAUSE * 2 ** (job.tries - 1), LONGEST_PAUSE)
    if (job.tries < TRIES) setTimeout(() => navigator.onLine && resume(row), pause)
  }

  function finish(row, { id, remaining, room }) {
    nameRow(row, id)
    show(row, "sent", fill(panel, "sent"))
    announce(fill(panel, "sentName", { name: nameIn(row) }))
    panel.querySelector("[data-quota]").textContent = remaining
    panel.dataset.room = room
    form.dispatchEvent(new Event("input", { bubbles: true })) // The draft has it.
  }

  function show(row, state, words) {
    showState(row, state, words ?? fill(panel, state))
  }

  function resume(row) {
    if (row.dataset.state !== "cut" || !row.isConnected) return
    show(row, "waiting")
    goOn()
  }

  addEventListener("online", () => inState("cut").forEach(resume))
  addEventListener("beforeunload", (event) => {
    if (inState("sending", "waiting").length) event.preventDefault()
  })
  // The live layer asks before it loads the page again.
  document.addEventListener("reloading", (event) => {
    if (inState("sending", "waiting", "cut").length) event.preventDefault()
  })

  return {
    goOn,
    inState,
    /** Have the file of `row` wait for its turn; or show the `refusal` that is known already. */
    add(row, file, name, refusal) {
      jobs.set(row, { file, name, tries: 0, stop: null, upload: { key: freshKey() } })
      show(row, refusal ? "refused" : "waiting", refusal || undefined)
      if (refusal) announce(refusal)
    },
    /** Send the file of `row` once more. */
    retry(row) {
      jobs.get(row).tries = 0
      show(row, "waiting")
      row.querySelector("[data-remove]").focus()
      goOn()
    },
    /** Send the file of `row` no more. */
    drop(row) {
      const job = jobs.get(row)
      job?.stop?.()
      if (job) cancelUpload(job.upload, token())
      jobs.delete(row)
      row.dataset.state = "dropped"
      goOn()
    },
    /** The bytes of the file of `row`. */
    sizeOf(row) {
      return jobs.get(row)?.file.size ?? Number(row.dataset.size)
    },
  }
}
