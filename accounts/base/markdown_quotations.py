"""Quotations of Markdown, read in a time that grows as the text does.

Where a quotation ends in something else than a paragraph, such as a title, and a line follows
without its mark, the library reads all lines to the next blank one, and begins anew at that
line: squares of the lines.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote

#: How often each line of a text may be asked whether it ends the block above it (once for each
#: level that it is in, of which texts of people have some few), and how many lines besides.
_MAX_TIMES, _MORE = 10, 200
#: What the ``env`` of a parser holds: the lines asked, and that they were too many.
_LINES, TOO_LONG = "lines_of_quotations", "quotations_too_long"


def bound_quotations(parser: MarkdownIt) -> None:
    """Have ``parser`` give up, with TOO_LONG in its ``env``, where quotations take too long.

    What comes after is not among its tokens then.
    """
    ends = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.at("blockquote", _quotation, {"alt": ends})


def _quotation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """As the library's rule; ``silent``: whether the line ends a block, which is counted."""
    if silent:
        state.env[_LINES] = state.env.get(_LINES, 0) + 1
        if state.env[_LINES] > _MAX_TIMES * len(state.bMarks) + _MORE:
            state.env[TOO_LONG] = True
    if TOO_LONG in state.env:
        state.line = end
        return True
    return blockquote(state, start, end, silent)
