"""Names are as people see them: nothing invisible, reversed, or of letters that look alike."""

import sys
import unicodedata
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.base.text import as_seen, fold
from accounts.models import User
from forum.conversation.files.names import clean_name
from forum.conversation.threads.forms import TagsField
from forum.models import Thread

#: What is typed, and what is seen, of an animator's name.
LOOKING_THE_SAME = {
    "Lucie\u200b Hoarau": "Lucie Hoarau",
    "Lu\u2060cie Hoa\u00adrau": "Lucie Hoarau",
    "Luc\u0456e Hoarau": "Lucie Hoarau",
    "Lucie \u041d\u043e\u0430rau": "Lucie Hoarau",
    "\ufeffLucie\u3164 Hoarau\u202e": "Lucie Hoarau",
    "\U000e0041Lucie\ufe0f Hoarau\u200d": "Lucie Hoarau",
}
#: What stays as it was typed.
AS_TYPED = [
    "L’Éolien du Mené", "Nguyễn Văn An", "София", "Пловдив et Nîmes", "kΩ, µg et ΔT", "日本",
    "Coût\u00a0: 3\u202f000\u00a0€", "👩\u200d🌾 au champ", "☀\ufe0f et 🏳\ufe0f\u200d🌈",
    "محمد",
]  # fmt: skip


def test_what_looks_the_same_is_the_same():
    for typed, seen in LOOKING_THE_SAME.items():
        assert as_seen(typed) == seen, ascii(typed)
        assert fold(typed) == fold(seen), ascii(typed)
    for text in AS_TYPED:
        assert as_seen(text) == text, ascii(text)


def test_no_character_without_a_look_is_left():
    """But for the signs before Arabic and Brahmi numbers, which are seen."""
    seen = "Arabic|SYRIAC|KAITHI|ARABIC"
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) == "Cf":
            name = unicodedata.name(character, "TAG")
            if not any(it in name for it in seen.split("|")):
                assert as_seen(f"é{character}a") == "éa", hex(code)


@pytest.mark.parametrize("typed", list(LOOKING_THE_SAME))
def test_who_takes_an_animators_name_is_a_namesake(typed, lucie, jeanne, browser_of):
    browser_of(jeanne).post(reverse("account"), {"full_name": typed})
    jeanne.refresh_from_db()

    assert jeanne.full_name == "Lucie Hoarau" != typed
    assert User.objects.filter(folded_name=fold("Lucie Hoarau"), pk=jeanne.pk).exists()
    assert User.objects.create_user("autre@exemple.fr", typed).full_name == "Lucie Hoarau"


def test_titles_tags_organisations_and_files_hide_nothing(jeanne, spaces, browser_of, topics):
    typed = "Qui a un\u202e r\u00e9seau\u200b au b\u043eis ?"
    sent = {
        "kind": "question", "title": typed, "topic": topics[0].slug, "tags": "",
        "text": "Dites.", "space": spaces["public"].slug, "idempotency_key": uuid4(),
    }  # fmt: skip
    browser_of(jeanne).post(reverse("new-thread"), sent)
    assert Thread.objects.get().title == "Qui a un réseau au bois ?"
    assert TagsField().clean("b\u043eis, bois\u200b é") == ["bois", "bois é"]
    town = jeanne.seats.get().organisation
    town.name = "Men\u00e9\u200b \u0421ommunauté"
    town.save()
    assert town.name == "Mené Communauté"
    assert clean_name("plan\u202efdp.\u0435xe") == "planfdp.exe"
