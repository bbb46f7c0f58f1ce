"""Whatever one writes, however nested: safe, whole, the same twice, and in time."""

import re
from html import unescape

import pytest
from django.utils.html import strip_tags
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forum.base import markup
from forum.base.markup.emoji_names import with_emoji
from tests.calls import calls_of
from tests.forum.base.safe_html import faults_of

#: What is typed between the words: all that the markup knows, opened, closed, or neither.
MARKS = [
    "**", "_", "~~", "`", "```\n", "~~~\n", "    ", "\n", "\n\n", "  \n", "\\", "#", "## ",
    "> ", "> > ", "- ", "1. ", "- [ ] ", "- [x] ", "---\n", "===\n", "|", "\n|-|-|\n", "[",
    "](", ")", "](/fils/1/)", "](javascript:a)", "![", "<", ">", "<b>", "</b>", "<!--",
    "<script>", "&amp;", "&#0;", "<details>\n", "<details><summary>", "<summary>",
    "</summary>", "</details>\n", "[details=", '[details="', "]\n", "[/details]\n", "[^1]",
    "\n[^1]: ", "\n\n[^2]: ", "[^", "]:", ":+1:", ":seedling:", ":jeune_pousse:", ":", "@",
    "https://exemple.fr/", "www.", " 5 kW ", "\u00a0", "\t", "\r\n", "\u202e", "\0",
]  # fmt: skip
WORDS = st.text("abcéœ", min_size=2, max_size=5).map(lambda it: f"x{it}z")
PARTS = st.lists(
    st.one_of(st.sampled_from(MARKS), WORDS, WORDS.map(" {} ".format)), max_size=40
)


def containers(inner):
    """Texts within what holds others."""
    return st.one_of(
        st.tuples(inner, inner).map("\n\n".join),
        inner.map(lambda it: "\n".join(f"> {line}" for line in it.split("\n"))),
        inner.map(lambda it: "- " + it.replace("\n", "\n  ")),
        inner.map(lambda it: f"<details>\n<summary>xplus</summary>\n\n{it}\n\n</details>"),
        inner.map(lambda it: f"```\n{it}\n```"),
        inner.map(lambda it: f"xnote[^1]\n\n[^1]: {it}"),
        inner.map(lambda it: f"| xa | xb |\n|----|----|\n| {it} | xc |"),
    )


TEXTS = st.recursive(PARTS.map("".join), containers, max_leaves=6)


def words_of(text):
    """The words typed, which are made so that they are found again."""
    return re.findall(r"x[abcéœ]{2,5}z", text)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
@example("[xaaz](https://exemple.fr/xbbz)")
@example("<details>\n- xaaz\n</details>\n  xbbz")
@example("- a\n  <details>\nxaaz\n</details>")
@example("xaaz[^1]\n\n[^1]: xbbz[^1] <details>\n</details>")
def test_it_is_safe_and_whole_and_the_same_twice(text):
    html = markup.render(text)

    assert faults_of(html) == []
    assert markup.render(text) == html
    assert markup.text_of(html) == unescape(strip_tags(html))
    shown = markup.text_of(html) + "".join(
        unescape(it) for it in re.findall(r'="([^"]*)"', html)
    )
    # A row of a table that has more cells than its head loses them, as wherever tables are so.
    kept = words_of(text) if "|-" not in text else []
    assert [word for word in kept if word not in shown] == []
    in_mail = markup.text_for_mail(text)
    assert [word for word in words_of(text) if word not in in_mail] == []


@settings(max_examples=25, deadline=None)
@given(PARTS.filter(bool).map("".join).filter(str.strip))
def test_it_takes_as_long_as_the_text_is(part):
    calls = [calls_of(markup.render, f"{part}\n" * times) for times in (20, 80)]

    assert calls[1] < 4.8 * calls[0] + 2_000


@pytest.mark.deep
@settings(max_examples=100, deadline=None)
@given(st.text())
def test_nothing_that_can_be_typed_is_an_error(text):
    assert faults_of(markup.render(text)) == []
    with_emoji(text)


def test_no_word_of_a_table_is_lost():
    text = "| xaaz | xbbz |\n|--|--|\n| xccz | xaaaz |\n| xbbbz |"

    assert words_of(markup.text_of(markup.render(text))) == words_of(text)


@pytest.mark.parametrize("depth", [1, 4, 30, 300])
@pytest.mark.parametrize(("opens", "closes"), [("> ", ""), ("<details>\n", "\n</details>")])
def test_however_deep_no_word_is_lost(opens, closes, depth):
    text = opens * depth + "xaaz" + closes * depth

    assert "xaaz" in markup.text_of(markup.render(text))
