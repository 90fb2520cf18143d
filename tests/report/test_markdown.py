"""The Markdown twin, read back by an independent reader of tables and by hand-worked cases."""

from __future__ import annotations

import re
from pathlib import Path

from tests.report.conftest import HOSTILE

from tamesu.report import write_report
from tamesu.report.html import element, join, named
from tamesu.report.markdown import to_markdown
from tamesu.report.section import facts, table


def cells(line: str) -> list[str]:
    """The cells of a table's line, as GitHub splits them: at bars without a backslash."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_a_table_keeps_its_cells_whatever_is_in_them() -> None:
    html = table(["name", "n"], [[named("a|b"), "1"], [named("x`y"), "2"], [join("*bold* <i>"), "3"]], numeric=(1,))
    lines = to_markdown(html).splitlines()
    assert lines[1] == "|---|---:|"
    assert [cells(line) for line in lines[2:]] == [["`a\\|b`", "1"], ["`` x`y ``", "2"], ["\\*bold\\* \\<i\\>", "3"]]


def test_headings_lists_facts_and_code() -> None:
    page = join(
        element("head", element("title", "no")),
        element("h1", named("base"), " ", element("small", "x")),
        element("nav", element("a", "contents")),
        element("p", "1. not a list"),
        element("ul", element("li", "one"), element("li", "two ", element("code", "cmd"))),
        element("ol", element("li", "first")),
        facts([("folds", "5")]),
        element("pre", element("code", "a: 1\n```\nb: 2")),
    )
    assert to_markdown(page) == (
        "# `base` x\n\n1\\. not a list\n\n- one\n- two `cmd`\n\n1. first\n\n- folds: 5\n\n````\na: 1\n```\nb: 2\n````\n"
    ).replace("1\\. not", "\\1. not")


def test_charts_give_way_to_a_picture_and_lose_their_legend() -> None:
    chart = element(
        "figure", element("figcaption", "CV"), element("svg", element("text", "0.5")), element("p", "keys", class_="legend")
    )
    section = element("section", element("h2", "History"), chart, id="history")
    assert to_markdown(section) == "## History\n\n**CV**\n"
    assert to_markdown(section, {"history": "history.png"}) == "## History\n\n![History](history.png)\n\n**CV**\n"


def test_a_whole_report_has_its_twin_and_no_markup(hostile, tmp_path: Path) -> None:
    page = write_report(hostile.run, hostile.train, None, hostile.scores, tmp_path / "r.html").read_text(encoding="utf-8")
    text = to_markdown(page)
    assert "data:image" not in text and "default-src" not in text
    for label in HOSTILE:
        assert f"`{label}`" in text.replace("\\|", "|")
    # Outside of code no tag is left that a reader of Markdown would take for HTML.
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text, flags=re.DOTALL)
    assert re.search(r"(?<!\\)<\w", outside) is None
    tables = [block for block in text.split("\n\n") if block.startswith("| ")]
    assert len(tables) >= 3
    for one in tables:
        assert len({len(cells(line)) for line in one.splitlines()}) == 1
