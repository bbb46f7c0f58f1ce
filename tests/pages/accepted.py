"""What engines say wrongly, each with its reason. What none of them says any more must go."""

import re
from typing import NamedTuple


class Accepted(NamedTuple):
    """An engine's rule, on elements whose beginning matches ``html``, and why it is wrong."""

    engine: str
    rule: str
    html: str
    reason: str

    def fits(self, finding):
        """Whether ``finding`` is one of these."""
        is_same = (self.engine, self.rule) == (finding.engine, finding.rule)
        return is_same and re.search(self.html, finding.html) is not None


ACCEPTED = [
    Accepted(
        "ibm", "aria_form_label_unique", "^<form",
        "a form without a name is no landmark, and needs none",
    ),
    Accepted(
        "ibm", "input_label_exists", '^<(textarea|(select|input) [^>]*id="by-)',
        "each has a label that names its id, as axe-core and Alfa see",
    ),
    Accepted(
        "ibm", "label_content_exists", '^<label for="(find|q)"',
        "a mark for the eye and words for the ear, as axe-core and Alfa see",
    ),
    Accepted(
        "htmlcs", "WCAG2AA.Principle4.Guideline4_1.4_1_2.H91.Button.Name",
        'id="fresh".* hidden=""', "hidden from everybody until it has its words",
    ),
    Accepted(
        "htmlcs", "WCAG2AA.Principle3.Guideline3_2.3_2_2.H32.2", '^<form id="',
        "its button stands elsewhere, and names it by form=",
    ),
    Accepted(
        "alfa", "sia-r113", r'^<a href="\?departement=\d+#liste"',
        "small on a small map, whose form beside it leads to the same (2.5.8: equivalent)",
    ),
    Accepted(
        "alfa", "sia-r18", '^aria-invalid of <input type="radio"',
        "Django marks each; ARIA 1.2 still has it there, deprecated, and screen readers say it",
    ),
    Accepted(
        "alfa", "sia-r57", "^(Un (code|courriel) est parti|Vos choix pour)",
        "said in a live region, which axe-core takes for one",
    ),
    Accepted(
        "alfa", "sia-r113", r'^<button class="button( danger)?"> (Y mettre fin|Oui, quitter)',
        "folded away: where it shows, it is as high as other buttons",
    ),
    Accepted(
        "alfa", "sia-r79", '^<pre tabindex="0"',
        "in a post that its reader has folded, whose author they muted",
    ),
    Accepted(
        "ibm", "fieldset_label_valid", "^<fieldset>$",
        "each has a legend, as axe-core and Alfa see",
    ),
    Accepted(
        "ibm", "table_headers_exists", '^<table class="register stacked">',
        "on phones its cells bear their headings themselves, and the row of headings goes",
    ),
    Accepted("alfa", "sia-r72", '^<p id="menu-', "one word that heads a list"),
    Accepted("alfa", "sia-r85", "^<p> Message nº", "one line, where a message is no more"),
]  # fmt: skip
