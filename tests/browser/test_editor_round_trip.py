"""What the editor shows it writes as it was, or so that it is shown the same: of real texts."""

import json
import re
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

import pytest
from django.conf import settings

from forum.base import markup
from forum.base.markup.source_blocks import source_blocks
from tests.browser.actions import NADIA, ask, title

SCRIPTS = settings.BASE_DIR / "forum/static"
TEXTS = """
import json, pathlib
from forum.models import Post
texts = [it for it in Post.objects.order_by("pk").values_list("text", flat=True) if it.strip()]
pathlib.Path({path!r}).write_text(json.dumps(texts))
"""
#: What texts are made of.
PIECES = [
    "mot", "**gras** et *a*", "a\nb", "a\\\nb", "`x*y`", "[l](https://a.fr \"t\")", "a | b",
    "&amp; &lt;b&gt;", "<https://a.fr/x_y>", "https://a.fr/_b_*", "- x\n- y", "1. x\n2. y",
    "3) x\n\n   y", "# T", "T\n---", "```py\n x\n```", "    code", "> q\n> r",
    "> - a\n>   - b", "| a | b |\n|---|--:|\n| 1 | `|` |", "---", "- [ ] à faire\n- [x] fait",
    ":smile: 5 kWh ?", "[^1] et\n\n[^1]: note", "<b>html</b>", "![i](j)", "~~s~~",
    "- a\n\n  b\n\n- c", "**a [b](/c) d**", "[**a** b](/c)", "[details=x]\ny\n[/details]",
    "\\*a\\*", "2\\. x",
]  # fmt: skip
#: What is between two words, but in code.
SPACES = re.compile(r"<pre.*?</pre>|\s+", re.DOTALL)
#: For each text its blocks, as the editor writes them anew, and how many it shows as source.
WRITE = """async ([library, texts]) => {
    const { pm } = await import(library)
    const at = "/essai/scripts/forum/js/composer/editor"
    const { makeSchema } = await import(`${at}/schema.js`)
    const { markdownWriter, sourcesOf, joined } = await import(`${at}/markdown_text.js`)
    const { blocksOf } = await import(`${at}/source_blocks.js`)
    const schema = makeSchema(pm.model.Schema)
    const write = markdownWriter(pm.model.DOMSerializer, schema)
    const parser = pm.model.DOMParser.fromSchema(schema)
    const form = document.querySelector("form[data-composer]")
    const found = []
    for (const text of texts) {
        const blocks = await blocksOf(text, form, parser, write)
        const copy = (it) => schema.nodeFromJSON(it.toJSON())
        const doc = schema.nodes.doc.create(null, blocks.map(copy))
        doc.check()
        const shown = blocks.filter((it) => it.type.name !== "source_block")
        const sources = blocks.map((it) => [it.type.name, write(it)])
        found.push({ written: joined(sourcesOf(doc, write)), sources, shown: shown.length })
    }
    return found
}"""


def sent_texts(request):
    """The fields ``text`` of a form that a script sends."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + request.post_data_buffer)
    parts = list(form.iter_parts())
    named = [it for it in parts if it.get_param("name", header="content-disposition") == "text"]
    return [it.get_payload(decode=True).decode() for it in named]


def answer_blocks(route):
    """Answer as the preview does, which would be asked too often."""
    blocks = [[it._asdict() for it in source_blocks(it)] for it in sent_texts(route.request)]
    route.fulfill(json={"texts": blocks})


def serve_script(route):
    """Answer with a script as it is in the source."""
    name = Path(route.request.url.split("/essai/scripts/")[1])
    route.fulfill(path=SCRIPTS / name, content_type="text/javascript")


def shown(text):
    """The HTML of a post, with one space for several, as browsers show it."""
    html = markup.render(text, key=1)
    return SPACES.sub(lambda it: it[0] if it[0].startswith("<") else " ", html)


@pytest.fixture
def written(sit):
    """Has the editor read texts and write them anew."""
    page = sit(NADIA)
    ask(page, title())
    page.route("**/apercu/", answer_blocks)
    page.route("**/essai/scripts/**", serve_script)
    library = page.locator("template[data-formatting]").evaluate(
        "it => it.content.querySelector('[data-library]').dataset.library"
    )
    return lambda texts: page.evaluate(WRITE, [library, texts])


@pytest.fixture
def unlike(written):
    """The texts that the editor writes so that they would be shown otherwise."""

    def unlike(texts):
        pairs = zip(texts, written(texts), strict=True)
        return [
            (text, it["written"]) for text, it in pairs if shown(it["written"]) != shown(text)
        ]

    return unlike


def test_posts_of_the_demonstration_are_shown_and_come_back(site, written, tmp_path):
    path = tmp_path / "texts"
    site.run(TEXTS.format(path=str(path)))
    texts = json.loads(path.read_text())
    results = written(texts)

    assert len(texts) > 200
    pairs = list(zip(texts, results, strict=True))
    assert [text for text, it in pairs if it["shown"] < len(it["sources"])] == []
    changed = [(text, it["written"]) for text, it in pairs if it["written"] != text.strip()]
    assert len(changed) <= len(texts) * 0.02
    assert [it for it in changed if shown(it[0]) != shown(it[1])] == []


def test_whatever_is_typed_is_shown_the_same_when_it_is_written_anew(unlike):
    texts = [f"{one}\n\n{two}" for one in PIECES for two in PIECES]

    assert len(texts) > 1000
    assert unlike(texts) == []
