"""A browser that does not know what the oldest ones do not: features are made unknown to it.

Names of the features are replaced on their way to the page, so that the browser's own parser
drops what an old one drops: a rule, a declaration, or a value when it is computed.
"""

import re

UNKNOWN_IN_STYLES = re.compile(
    r"(?<=@)(?:layer|container|starting-style|property|scope)\b"
    r"|(?<=:)(?:has\(|popover-open|focus-visible|modal|open\b|backdrop|user-invalid)"
    r"|(?<=\()(?:scripting|width *[<>]|height *[<>])"
    r"|\b(?:light-dark|color-mix|oklch|oklab|anchor)(?=\()"
    r"|\b(?:text-wrap|accent-color|scrollbar-gutter|field-sizing|overscroll-behavior)(?=:)"
    r"|(?<=overflow:)clip\b|(?<=\d)[dsl]v[hwib]\b"
)
UNKNOWN_IN_PAGES = re.compile(
    r"(?<= )(?:popover|inert|blocking)(?=[ =>])"
    r"|(?<=<)/?dialog\b"
)
#: Scripts that run still find none of what is younger than Firefox 115 or Safari 15.
UNKNOWN_TO_SCRIPTS = """
    for (const name of ["showPopover", "hidePopover", "togglePopover", "popover", "inert"])
        delete HTMLElement.prototype[name]
    for (const name of ["show", "showModal"]) delete HTMLDialogElement.prototype[name]
    for (const name of ["timeout", "any"]) delete AbortSignal[name]
    for (const name of ["hasOwn", "groupBy"]) delete Object[name]
    for (const name of ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "with"])
        delete Array.prototype[name]
    for (const name of Object.getOwnPropertyNames(Element.prototype))
        if (/^aria[A-Z]/.test(name)) delete Element.prototype[name]
    delete Crypto.prototype.randomUUID
    delete window.structuredClone
    for (const root of [Element.prototype, Document.prototype])
        for (const name of ["querySelector", "querySelectorAll", "matches", "closest"]) {
            const known = root[name]
            if (known) root[name] = function (selector) {
                if (/:has[(]|:popover-open/.test(selector)) throw new SyntaxError(selector)
                return known.call(this, selector)
            }
        }
"""


def make_old(page, *, scripts=True):
    """Have ``page`` know no more than the oldest browsers; without ``scripts``, none loads."""
    # Chromium does not know that a page which it is handed is of this machine.
    page.context.grant_permissions(["local-network-access"])
    page.route(re.compile(r"\.css$"), _old_style)
    page.route(lambda url: not re.search(r"\.\w+$|/live/", url), _old_page)
    if scripts:
        page.add_init_script(UNKNOWN_TO_SCRIPTS)
    else:
        page.route(re.compile(r"\.js$"), lambda route: route.abort())


def old_style(css):
    """The stylesheet as an old browser reads it: what it does not know, and nested rules."""
    return _without_nested_rules(UNKNOWN_IN_STYLES.sub(lambda found: "x-" + found[0], css))


def _without_nested_rules(css):
    kept, stack, start = [], [], 0
    for brace in re.finditer(r"[{}]", css):
        if brace[0] == "{":
            prelude = re.split(r"[{};]", css[start : brace.start()])[-1].strip()
            stack.append(prelude)
            if _nesting(stack[:-1]) is False and _nesting(stack):
                kept.append(css[start : brace.start() - len(prelude)])
                start = brace.start()
        else:
            was_nested = _nesting(stack)
            stack.pop()
            if was_nested and not _nesting(stack):
                start = brace.end()
    return "".join([*kept, css[start:]])


def _nesting(stack):
    """Whether the last of the blocks stands, at whatever depth, in a rule."""
    return any(not outer.startswith("@") for outer in stack[:-1])


def _old_style(route):
    answer = route.fetch()
    route.fulfill(response=answer, body=old_style(answer.text()))


def _old_page(route):
    if route.request.resource_type != "document":
        route.continue_()
        return
    answer = route.fetch(max_redirects=0)
    if "text/html" not in answer.headers.get("content-type", ""):
        route.fulfill(response=answer)
        return
    html = UNKNOWN_IN_PAGES.sub(lambda found: found[0] + "-x", answer.text())
    html = re.sub(
        r"(<style[^>]*>)(.*?)</style>",
        lambda found: f"{found[1]}{old_style(found[2])}</style>",
        html,
        flags=re.DOTALL,
    )
    route.fulfill(response=answer, body=html)
