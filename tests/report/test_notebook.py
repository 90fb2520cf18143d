from __future__ import annotations

import re

from tamesu.report.html import Html, element
from tamesu.report.notebook import (
    BLOCK,
    MOST_BYTES,
    is_needed,
    keep_ids_apart,
    make_block,
    make_style,
    read_rules,
    scope_rules,
    take_first_that_fits,
)
from tamesu.report.words import Words


def selectors(rules: str) -> list[str]:
    """Every selector of a style, those inside `@media` too."""
    heads = [head.strip() for head in re.findall(r"([^{}]+)\{", re.sub(r"@media[^{]*\{", "", rules))]
    return [one.strip() for head in heads for one in re.split(r",(?![^()]*\))", head)]


def test_no_rule_reaches_out_of_the_block() -> None:
    found = selectors(read_rules())
    assert len(found) > 200
    assert [one for one in found if BLOCK not in one] == []
    assert read_rules().count("{") == read_rules().count("}")
    assert not re.search(r"url\(|@import|@font-face", read_rules())


def test_every_rule_of_the_page_is_there_once_more() -> None:
    assert scope_rules(":root, html { --x: 1; }\n/* a { } */ p > b::before { top: 0;\n left: 0; }") == (
        f"{BLOCK} {{ --x: 1; }}\n{BLOCK} p > b::before {{ top: 0; left: 0; }}"
    )


def test_rules_of_absent_classes_are_left_out_and_the_rest_is_whole() -> None:
    style = make_style(element("p", class_="legend muted"))
    assert ".legend" in style and "--ink" in style and "prefers-color-scheme: dark" in style
    assert ".forest" not in style and ".tiles" not in style
    assert style.count("{") == style.count("}")
    assert len(style) < len(read_rules()) / 1.5
    assert not is_needed(f"{BLOCK} .legend .absent {{ top: 0; }}", {"legend"})
    assert is_needed(f"{BLOCK} nav:not(.found) {{ top: 0; }}", set())


def test_ids_of_two_blocks_do_not_meet_and_texts_stay_as_they_are() -> None:
    said = element("p", ' id="x" href="#x" url(#x) <b id="x">')
    one, other = (keep_ids_apart(Html(f'<a href="#x"></a><i id="x" style="clip-path: url(#x)">{n}</i>{said}')) for n in "12")
    ids = []
    for block in (one, other):
        name = re.search(r'<i id="([^"]+)"', block)
        assert name is not None
        assert f'href="#{name[1]}"' in block and f'style="clip-path: url(#{name[1]})"' in block
        assert block.endswith(said)
        ids.append(name[1])
    assert ids[0] != ids[1] and "x" not in ids


def test_a_block_has_its_language_and_its_style() -> None:
    block = make_block(Words("ja"), "猫 <b>")
    assert block.startswith("<div ") and 'lang="ja"' in block and "猫 &lt;b&gt;" in block
    assert block.count("<style>") == 1 and "<script" not in block


def test_the_first_that_is_small_enough_is_taken() -> None:
    made = []

    def make(size: int) -> Html:
        made.append(size)
        return Html("x" * size)

    sizes = (MOST_BYTES + 1, MOST_BYTES, 5)
    block = take_first_that_fits((lambda size=size: make(size)) for size in sizes)
    assert block is not None and len(block) == MOST_BYTES and made == list(sizes[:2])
    assert take_first_that_fits([lambda: Html("猫" * MOST_BYTES)]) is None
