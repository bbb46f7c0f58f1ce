"""Who sits before the browsers, and what they do there again and again."""

import json
import re
import time
from uuid import uuid4

from lxml import html
from playwright.sync_api import expect

from tests.browser.conftest import TIMEOUT_MS

NADIA = "nadia.kerambrun@mesnil-argance.demo.invalid"  # a local authority
LAURENT = "laurent.delpuech@coop-segalie.demo.invalid"  # a project holder
LUCIE = "lucie.hoarau@animation.demo.invalid"  # animates the network
TOPIC = "eolien"
COMPOSER = "form[data-composer]"
#: The button of the editor, and the address of its library.
SWITCH = "[data-formatting-switch]"
LIBRARY = re.compile(r"/django_prose_editor/editor\.")
#: Whether who writes on a page has the field alone.
HAS_NO_EDITOR = """() => {
    if (!Object.hasOwn || !("inert" in HTMLElement.prototype)) return true
    if (navigator.connection?.saveData) return true
    try {
        return localStorage.getItem("formatting") === "off"
    } catch {
        return false
    }
}"""
LIVE = re.compile("/live/")
TRIES = 3  # Sockets that a page tries before it asks over plain HTTP.
#: How often it asks at first, and how long it waits before it says the same anew; milliseconds.
PLAIN_PAUSE, SAYING_PAUSE, DRAFT_PAUSE = 4_000, 3_000, 3_000
#: How a page says that what is sent is there already, in each language of a browser.
PUBLISHED = {"fr-FR": "déjà publié", "en-GB": "already published"}
expect.set_options(timeout=TIMEOUT_MS)


def ask(page, title, *, space="reseau", text=None):
    """Open a thread on wind, and land on its page. The same text in many threads would wait.

    Its form is asked for and sent as by a browser without scripts, and not drawn; for what the
    form itself does there is ``ask_in_form``.
    """
    request = page.context.request
    fields = {"kind": "question", "title": title, "text": text or _some_text()}
    fields |= {"topic": TOPIC, "space": space} | _hidden_fields(request, "/fils/nouveau/")
    answer = request.post("/fils/nouveau/", form=fields, max_redirects=0)
    assert answer.status == 302, answer.text()
    page.goto(answer.headers["location"])
    page.wait_for_url(re.compile(r"/fils/\d+-"))
    return page.url.split("#")[0]


def _hidden_fields(request, address):
    form = html.fromstring(request.get(address).text()).xpath("//form[@data-composer]")[0]
    return {it.get("name"): it.get("value") for it in form.xpath(".//input[@type='hidden']")}


def _some_text():
    return f"Qui a déjà tranché, et sur quels critères ? {uuid4().hex[:6]}"


def ask_in_form(page, title, *, space="reseau", text=None):
    """Open a thread as ``ask`` does, by the form of ``page`` and its scripts."""
    page.goto(f"/fils/nouveau/?topic={TOPIC}&space={space}")
    page.check("[name=kind][value=question]")
    page.fill("[name=title]", title)
    write(page, text or _some_text())
    page.click("main [data-composer] .primary:visible")
    page.wait_for_url(re.compile(r"/fils/\d+-"))
    return page.url.split("#")[0]


def open_editor(page):
    """Begin to write in the composer of ``page``; its editor, which comes and has the focus.

    The page's own ``focus`` is called: the editor may take the place of the field meanwhile.
    """
    editor = page.locator(f"{COMPOSER} .ProseMirror")
    page.locator(f"{COMPOSER} textarea").evaluate("field => field.focus()")
    expect(editor).to_be_focused()
    return editor


def write(page, text):
    """Have the composer of ``page`` hold ``text``, a paragraph or several, as people write.

    In its editor; in the field without a script, in a browser that is too old for the editor,
    or where one prefers the source.
    """
    has_script = page.locator(f"{COMPOSER} .tools:not([hidden])").count()
    if not has_script or page.evaluate(HAS_NO_EDITOR):
        page.fill(f"{COMPOSER} textarea", text)
        return
    open_editor(page)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Backspace")
    for count, paragraph in enumerate(text.strip().split("\n\n")):
        if count:
            page.keyboard.press("Enter")
        page.keyboard.insert_text(paragraph)
    expect(page.locator(f"{COMPOSER} textarea")).to_have_value(text.strip())


def prefer_source(page):
    """Have ``page`` be of somebody who prefers the source of what they write."""
    page.add_init_script("try { localStorage.setItem('formatting', 'off') } catch {}")
    return page


def answer(page, text):
    """Reply in the form under the thread."""
    write(page, text)
    page.click("#repondre [data-send]")
    expect(page.locator("#posts")).to_contain_text(text)
    expect(page.locator("#repondre textarea")).to_have_value("")


def link_of_post(post, name):
    """The link called ``name`` among what one may do with ``post``, opened on phones."""
    more = post.get_by_role("button", name="Autres actions")
    post.wait_for()
    if more.is_visible():
        more.click()
    return post.get_by_role("link", name=name)


def title():
    """A title that stands nowhere else."""
    return f"Quelle éolienne pour trois communes ? {uuid4().hex[:6]}"


def words():
    """Words that stand nowhere else."""
    return f"Réponse {uuid4().hex[:8]}"


def long_words():
    """A text that is long enough to be known again, and stands nowhere else."""
    return f"{words()} {'Chez nous, la décision s’est faite avec tout le monde. ' * 2}".strip()


def wait_until_live(page):
    """Wait until the page says that it is."""
    expect(page.locator("#freshness")).to_have_attribute("data-state", "direct")


def shut_out(page):
    """Let no socket of ``page`` through; those that it tries. ``await_plain`` is next."""
    tries = []
    page.clock.install()
    page.route_web_socket(LIVE, lambda line: (tries.append(line), line.close()))
    return tries


def await_plain(page, tries):
    """Have time pass until ``page``, which is shut out, asks over plain HTTP."""
    deadline = time.monotonic() + TIMEOUT_MS / 1000
    while len(tries) < TRIES and time.monotonic() < deadline:
        page.clock.run_for(500)
    expect(page.locator("#freshness")).to_have_attribute("data-state", "upto")


def posts(page):
    """The texts of the posts, in order."""
    return [text.strip() for text in page.locator("#posts .prose").all_text_contents()]


def choose_space(page, slug):
    """Choose a space in a form, whichever widget offers it."""
    radio = page.locator(f"[name=space][value={slug}]")
    if radio.count():
        radio.check()
    else:
        page.select_option("select[name=space]", slug)


def hide_tab(page):
    """Have another tab or window in front of ``page``, as far as the page can tell."""
    _set_hidden(page, hidden=True)


def show_tab(page):
    """Have ``page`` in front again."""
    _set_hidden(page, hidden=False)


def _set_hidden(page, hidden):
    page.evaluate(
        """(hidden) => {
            const state = { hidden, visibilityState: hidden ? "hidden" : "visible" }
            for (const [name, value] of Object.entries(state))
                Object.defineProperty(document, name, { configurable: true, get: () => value })
            document.dispatchEvent(new Event("visibilitychange"))
        }""",
        hidden,
    )


def open_and_record(page, address):
    """Open ``address``; its line, and the frames that the page says on it, as they come."""
    said = []

    def listen(line):
        line.on("framesent", lambda frame: said.append(json.loads(frame)))

    page.goto("about:blank")  # Whose lines are none of ours.
    page.once("websocket", listen)
    with page.expect_websocket() as line:
        page.goto(address)
    wait_until_live(page)
    return line.value, said


def expect_frame_sent(line, frame):
    """The block within which a page says ``frame`` on ``line``."""
    return line.expect_event("framesent", lambda sent: json.loads(sent) == frame)


def settled_top(area):
    """Where ``area`` stands on the screen, once its page has stopped scrolling to it."""
    return area.evaluate(
        """(area) => new Promise((done) => {
            let still = 0
            let before = null
            const look = () => {
                const { top } = area.getBoundingClientRect()
                still = top === before ? still + 1 : 0
                before = top
                if (still < 10) requestAnimationFrame(look)
                else done(top)
            }
            look()
        })"""
    )


def layout_shift(page):
    """How much of ``page`` has moved by itself since it was loaded: the browser's own sum."""
    return page.evaluate(
        """() => new Promise((done) => {
            let sum = 0
            const add = (list) => list.getEntries().forEach((it) => (sum += it.value))
            new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true })
            setTimeout(() => done(sum), 100)
        })"""
    )
