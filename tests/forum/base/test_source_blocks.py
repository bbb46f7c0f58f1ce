"""The blocks of a text, which the editor of posts shows as they look or as their source."""

from django.urls import reverse

from forum.base.markup.source_blocks import source_blocks

TEXT = """Un **mot** : 5 kWh ?

- a

- b
# Titre
> cité

```python
x  = 1
```"""


def test_blocks_have_all_lines_and_nothing_that_pages_add():
    blocks = source_blocks(TEXT.replace("\n", "\r\n"))

    assert [it.source for it in blocks] == [
        "Un **mot** : 5 kWh ?",
        "- a\n\n- b",
        "# Titre",
        "> cité",
        "```python\nx  = 1\n```",
    ]
    assert blocks[0].html == "<p>Un <strong>mot</strong> : 5 kWh ?</p>\n"
    assert blocks[2].html == "<h1>Titre</h1>\n"
    assert 'class="language-python"' in blocks[4].html


def test_what_the_editor_does_not_know_has_no_html_and_no_line_is_lost():
    text = "Un[^1].\n\n[details=Plus]\nfin\n\n- a\n[/details]\n\nAprès.\n\n[^1]: Une note."
    blocks = source_blocks(text)

    assert [it.source for it in blocks if it.html] == ["Après."]
    lines = "\n".join(it.source for it in blocks).split("\n")
    assert [it for it in lines if it] == [it for it in text.split("\n") if it]


def test_a_text_that_is_shown_as_typed_is_one_block_of_source():
    text = "> " * 30 + "trop"

    assert source_blocks(text) == [(text, "")]
    assert source_blocks(" \n ") == []


def test_the_editor_is_answered_in_blocks_and_no_more_than_one_text(claire, browser_of):
    page, address = browser_of(claire), reverse("preview")
    accept = {"Accept": "application/json"}

    answer = page.post(address, {"text": ["*a*", "b\n\nc"]}, headers=accept)
    assert [[it["source"] for it in blocks] for blocks in answer.json()["texts"]] == [
        ["*a*"],
        ["b", "c"],
    ]
    assert page.post(address, {"text": ["x" * 40_000, "x"]}, headers=accept).status_code == 413
