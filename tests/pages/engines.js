/* What runs in a page: each engine answers a list of { rule, message, html }. */

const start = (element) => {
  const html = element?.outerHTML ?? ""
  return html.length > 200 ? `${html.slice(0, 200)}…` : html
}

globalThis.pageEngines = {
  async axe() {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], preload: false })
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, any, all, none }) => ({
        rule: id,
        message: [...any, ...all, ...none].map((check) => check.message)[0] ?? help,
        html: html.slice(0, 200),
      })),
    )
  },

  async ibm() {
    const { results } = await new ace.Checker().check(document, ["WCAG_2_2"])
    return results
      .filter(({ value: [kind, verdict] }) => kind === "VIOLATION" && verdict === "FAIL")
      .map(({ ruleId, message, snippet }) => ({ rule: ruleId, message, html: snippet.slice(0, 200) }))
  },

  htmlcs() {
    return new Promise((done) => {
      HTMLCS.process("WCAG2AA", document, () =>
        done(
          HTMLCS.getMessages()
            .filter(({ type }) => type === HTMLCS.ERROR)
            .map(({ code, msg, element }) => ({ rule: code, message: msg, html: start(element) })),
        ),
      )
    })
  },

  /* Alfa judges outside the page: this is what it must know of it. */
  async alfa() {
    return JSON.stringify({
      request: { method: "GET", url: location.href, headers: [], body: "" },
      response: { url: location.href, status: 200, headers: [], body: "" },
      document: await alfaDom.fromNode(document),
      device: alfaDevice.fromWindow(window),
    })
  },
}
