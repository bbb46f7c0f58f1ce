/* Siteimprove Alfa: a line of standard input is a page, the line of the answer its findings.
   The packages are those of the current folder. */

import { createRequire } from "node:module"
import { createInterface } from "node:readline"
import { pathToFileURL } from "node:url"

const find = createRequire(pathToFileURL(`${process.cwd()}/`))
const load = (name) => import(pathToFileURL(find.resolve(`@siteimprove/${name}`)))
const { Audit, Outcome } = await load("alfa-act")
const { default: allRules } = await load("alfa-rules")
const { Conformance, Criterion } = await load("alfa-wcag")
const { Page } = await load("alfa-web")
const { Attribute, Element, Text } = await load("alfa-dom")

/* Levels A and AA, techniques and best practice: not what WCAG asks at level AAA alone. */
const isAaaAlone = ({ requirements }) => {
  const criteria = [...requirements].filter(Criterion.isCriterion)
  return criteria.length > 0 && !criteria.some(Conformance.isAA())
}
const rules = [...allRules].filter((rule) => !isAaaAlone(rule))

const html = (target) => {
  if (Attribute.isAttribute(target)) return `${target.name} of ${html(target.owner.getOr(null))}`
  const first = Element.isElement(target) || Text.isText(target) ? target : undefined
  const text = String(first ?? [...(target ?? [])][0] ?? "").replace(/\s+/g, " ")
  return text.slice(0, 200)
}

const message = ({ expectations }) => {
  for (const [, result] of expectations) if (result.isErr()) return result.getErr().message
  return ""
}

for await (const line of createInterface({ input: process.stdin })) {
  const page = Page.from(JSON.parse(line)).getUnsafe()
  const outcomes = await Audit.of(page, rules).evaluate()
  const findings = [...outcomes].filter(Outcome.isFailed).map((outcome) => ({
    rule: outcome.rule.uri.split("/").pop(),
    message: message(outcome),
    html: html(outcome.target),
  }))
  process.stdout.write(`${JSON.stringify(findings)}\n`)
}
