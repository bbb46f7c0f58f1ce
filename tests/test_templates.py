"""The shape of the templates, and the white space that leaves as they are compiled."""

import gc
import re
from pathlib import Path
from shutil import which
from subprocess import run
from sys import executable
from weakref import ref

import pytest
from django.template import Context, Engine
from django.template.autoreload import reset_loaders
from django.template.base import Lexer
from django.template.loader import get_template
from django.template.loader_tags import BlockNode

from accounts.base.fragment_cache import TemplateFragment
from accounts.base.template_loader import CondensedTemplate, condense

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
BLOCK_LEVEL = (
    "article|aside|body|dd|details|div|dl|dt|fieldset|footer|form|h[1-6]|header|html|legend|li"
    "|main|nav|ol|option|p|section|summary|table|tbody|td|th|thead|tr|ul"
)
NUMBER_OF_THE_CODE = re.compile(
    r"\b(level|standing|state|kind|status)\s*(==|!=|<|>|<=|>=)\s*\d"
)


def lines():
    for path in TEMPLATES:
        for number, line in enumerate(path.read_text().split("\n"), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def test_lines_are_at_most_120_columns():
    assert [place for place, line in lines() if len(line) > 120] == []


def test_templates_are_at_most_250_lines():
    long = [path.name for path in TEMPLATES if path.read_text().count("\n") > 250]
    assert long == []


def test_a_line_opens_one_block_level_element():
    opens = re.compile(rf"<(?:{BLOCK_LEVEL})\b")
    crowded = [place for place, line in lines() if len(opens.findall(line)) > 1]
    assert crowded == []


def test_templates_name_what_the_code_numbers():
    assert [place for place, line in lines() if NUMBER_OF_THE_CODE.search(line)] == []


def test_signs_of_a_language_stand_in_what_is_translated():
    """No « and no no-break space: the other language would show them, too."""
    logic = r"{% *(blocktranslate|comment).*?{% *end\1 *%}|{%.*?%}|{{.*?}}|{#.*?#}"
    said = {
        path.name: re.sub(logic, "", path.read_text(), flags=re.DOTALL) for path in TEMPLATES
    }
    assert [name for name, text in said.items() if re.search("[«»\u00a0\u202f]", text)] == []


def test_attributes_that_depend_begin_with_their_space():
    """``<a{% if b %}c``: the loader would glue the name of the attribute to what precedes."""
    glued = re.compile(
        r"<[a-z][^<>\"']*(?:\"[^\"]*\"[^<>\"']*)*\{% (?:if|elif|else)[^%]*%\}[a-z-]+="
    )
    for path in TEMPLATES:
        assert not glued.search(condensed(path.read_text())), path


def test_djade_finds_nothing_to_format():
    djade = which("djade", path=Path(executable).parent)
    done = run([djade, "--target-version", "6.1", "--check", *TEMPLATES], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize(
    ("source", "compiled"),
    [
        ("<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>\n", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>\n  two\n  words\n</p>", "<p>two words</p>"),
        ("<p>\n  {{ a }}\n  {{ b }}\n</p>", "<p>{{ a }} {{ b }}</p>"),
        ("<b>a</b> <i>b</i>", "<b>a</b> <i>b</i>"),
        ("<b>a</b>&#32;\n<i>b</i>", "<b>a</b> <i>b</i>"),
        ("<b>a</b>\n&#32;<i>b</i>", "<b>a</b> <i>b</i>"),
        ("<b>a</b>&#32;\nb", "<b>a</b> b"),
        ("a\n{% if a %}\n  &#32;b\n{% endif %}\n.", "a{% if a %} b{% endif %}."),
        ("a\n{# why #}\nb", "a{# why #}b"),
        ('<a\n  class="b"\n  hidden\n>\n  c\n</a>', '<a class="b" hidden>c</a>'),
        ('<a\n  {% if a %} class="b"{% endif %}\n>', '<a{% if a %} class="b"{% endif %}>'),
        (
            '<a\n  {% if a %}\n    class="b"\n  {% else %}\n    id="c"\n  {% endif %}\n>',
            '<a{% if a %} class="b"{% else %} id="c"{% endif %}>',
        ),
        (
            '<a href="{% url %}\n  {% if a %}?b{% endif %}">',
            '<a href="{% url %}{% if a %}?b{% endif %}">',
        ),
        ('<a title="two\n  words > one">\n</a>', '<a title="two words > one"></a>'),
        ("<p>\u00a0:\n  a\u202f!\n</p>", "<p>\u00a0: a\u202f!</p>"),
        ("<pre>\n a\n\n b</pre>\n<p>", "<pre>\n a\n\n b</pre><p>"),
        (
            "<textarea\n  rows=2>\n{{ a }}\n</textarea>",
            "<textarea rows=2>\n{{ a }}\n</textarea>",
        ),
        ("<script>\n// a\nb\n</script>\n<p>", "<script>\n// a\nb\n</script><p>"),
        (
            "{% verbatim %}\n a\n{% endverbatim %}\n<p>",
            "{% verbatim %}\n a\n{% endverbatim %}<p>",
        ),
        (
            "{% blocktranslate %}\n a\n{% endblocktranslate %}\n<p>",
            "{% blocktranslate %}\n a\n{% endblocktranslate %}<p>",
        ),
    ],
)
def test_white_space_of_the_layout_leaves(source, compiled):
    assert condensed(source) == compiled


def condensed(source):
    wrap = {"VAR": "{{{{ {} }}}}", "BLOCK": "{{% {} %}}", "COMMENT": "{{# {} #}}", "TEXT": "{}"}
    tokens = condense(Lexer(source).tokenize())
    return "".join(wrap[token.token_type.name].format(token.contents) for token in tokens)


def test_templates_of_the_project_are_condensed_and_others_are_not():
    assert isinstance(get_template("base.html").template, CondensedTemplate)
    assert not isinstance(
        get_template("account/messages/logged_in.txt").template, CondensedTemplate
    )
    assert not isinstance(
        get_template("allauth/elements/button.html").template, CondensedTemplate
    )


@pytest.mark.parametrize("debug", [False, True])
def test_an_error_tells_the_line_that_one_wrote(tmp_path, debug):
    (tmp_path / "wrong.html").write_text("<ul>\n  <li>\n    {% nothing %}\n  </li>\n</ul>\n")
    with pytest.raises(Exception, match="nothing") as raised:
        engine(tmp_path, debug).get_template("wrong.html")
    if debug:
        assert raised.value.template_debug["line"] == 3


def test_a_partial_is_condensed_too(tmp_path):
    (tmp_path / "a.html").write_text(
        "{% partialdef row %}\n  <li>\n    {{ b }}\n  </li>\n{% endpartialdef row %}\n"
    )
    row = engine(tmp_path).get_template("a.html#row")
    assert row.render(Context({"b": "c"})) == "<li>c</li>"


def engine(folder, debug=False):
    loaders = ["django.template.loaders.filesystem.Loader"]
    loader = ("accounts.base.template_loader.Loader", loaders)
    return Engine(dirs=[folder], debug=debug, loaders=[loader])


def test_what_a_page_was_made_from_goes_with_it():
    def numbers():
        return [1]

    page, kept = get_template("components/pagination.html").template, ref(numbers)
    gc.disable()
    try:
        (context := Context()).push({"numbers": numbers})  # As of a request.
        page.render(context)
        del context, numbers
        assert kept() is None
    finally:
        gc.enable()


def test_the_blocks_of_a_template_are_looked_for_once():
    nodes = get_template("base.html").template.nodelist
    blocks = nodes.get_nodes_by_type(BlockNode)
    assert {"title", "content"} <= {block.name for block in blocks}
    assert nodes.get_nodes_by_type(BlockNode) is blocks


def test_nothing_is_drawn_before_the_page_is_whole(client, spaces):
    page = client.get("/").text

    waited_for = re.search(r'<link rel="expect" href="#([\w-]+)" blocking="render">', page)[1]

    assert page.count(f' id="{waited_for}"') == 1
    assert page.index("</footer>") < page.index(f' id="{waited_for}"')


def test_what_is_kept_of_a_template_is_rendered_anew_when_a_developer_changes_it(
    settings, tmp_path
):
    def write(words):
        source = f"{{% partialdef it %}}{words}{{% endpartialdef %}}"
        (tmp_path / "part.html").write_text(source)

    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}]
    part = TemplateFragment("part.html", "it")
    write("before")
    assert part.render("key") == "before"
    write("after")
    assert part.render("key") == "before"  # It is kept, until Django notices:
    reset_loaders()

    assert part.render("key") == "after"
