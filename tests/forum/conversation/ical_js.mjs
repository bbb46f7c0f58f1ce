// What ical.js, which Thunderbird reads calendars with, makes of those on the standard input.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

const require = createRequire(`${process.argv[2]}/`)
const ICAL = (await import(require.resolve("ical.js"))).default

function text(event, name) {
  const value = event.component.getFirstPropertyValue(name)
  return value === null ? null : String(value)
}

function moment(time) {
  return time.isDate ? time.toString() : time.toUnixTime()
}

function read(content) {
  const calendar = new ICAL.Component(ICAL.parse(content))
  const zones = calendar.getAllSubcomponents("vtimezone").map((it) => new ICAL.Timezone(it))
  return {
    method: calendar.getFirstPropertyValue("method"),
    name: calendar.getFirstPropertyValue("name"),
    zones: zones.map((it) => it.tzid),
    events: calendar.getAllSubcomponents("vevent").map((it) => {
      const event = new ICAL.Event(it)
      const people = ["organizer", "attendee"].map((name) => text(event, name))
      const [status, conference, url] = ["status", "conference", "url"].map((name) =>
        text(event, name),
      )
      return {
        uid: event.uid,
        title: event.summary,
        place: event.location,
        description: event.description,
        sequence: event.sequence,
        times: [moment(event.startDate), moment(event.endDate)],
        zone: event.startDate.zone?.tzid,
        status,
        conference,
        url,
        people,
      }
    }),
  }
}

const contents = JSON.parse(readFileSync(0, "utf8"))
process.stdout.write(JSON.stringify(contents.map(read)))
