from __future__ import annotations

from pathlib import Path

import yaml
from tests.intake.test_targets import CATS, layout_of

from tamesu.artifacts.competition import Competition
from tamesu.artifacts.tables import Table
from tamesu.intake.competition_text import choose_platform, competition_text, make_competition, target_facts
from tamesu.intake.guesses import Guess
from tamesu.intake.host_tables import HostTable
from tamesu.intake.protocol import choose_protocol
from tamesu.intake.scan import Places
from tamesu.intake.targets import FoundTarget, find_targets
from tamesu.platforms import PLATFORMS


def form(name: str, *, headless: bool = False) -> HostTable:
    return HostTable(name, Table(Path(name), name, {"id": ("1",), "label": ("x",)}, (2,)), (), headless)


def test_platforms_exist_and_depend_on_name_and_header() -> None:
    for table, name in (
        (form("sample_submission.csv"), "kaggle"),
        (form("x/sampleSubmission.csv"), "kaggle"),
        (form("submit.csv"), "file"),
        (form("sample_submit.csv", headless=True), "signate"),
    ):
        part, _ = choose_platform(table)
        found, options = (part, {}) if isinstance(part, str) else next(iter(part.items()))
        assert found == name and PLATFORMS.check(found, options) == []


def test_entries_of_targets() -> None:
    assert target_facts(FoundTarget("x", "class", "X")) == {"kind": "class", "column": "X"}
    assert target_facts(FoundTarget("x", "multilabel", "X", (), ";")) == {"kind": "multilabel", "column": "X", "separator": ";"}
    degrees = FoundTarget("x", "ordinal", "X", labels=("低", "中", "高"), ordered=True)
    assert target_facts(degrees) == {"kind": "ordinal", "column": "X", "labels": ["低", "中", "高"]}
    assert target_facts(FoundTarget("x", "ordinal", "X", labels=("0", "1", "2"))) == {"kind": "ordinal", "column": "X"}
    assert target_facts(FoundTarget("x", "class", None, ("a", "b"))) == {"kind": "class", "columns": ["a", "b"]}


def test_text_and_facts_agree() -> None:
    layout = layout_of({"label": CATS}, {"label": ["cat"]})
    targets = find_targets(layout)
    places = Places(Path("/x/my comp"), Path("/x/data"), "../data", "", None)
    forbidden = Guess("symmetries", "horizontal_flip: forbidden", "FLIP_LEFT_RIGHT", {"label": "left"}, "en")
    spare = [FoundTarget("shelf", "value", "Shelf")]
    facts, guesses = make_competition(
        places, layout, targets, spare, choose_protocol(layout, targets), {"horizontal_flip": "forbidden"}
    )
    text = competition_text(facts, [*guesses, forbidden], "en")
    assert yaml.safe_load(text) == facts
    competition = Competition.model_validate(facts)
    assert (competition.name, competition.data) == ("my_comp", "../data")
    assert {name: target.known_in for name, target in competition.targets.items()} == {"label": "both", "shelf": "train"}
    assert competition.symmetries == {"horizontal_flip": "forbidden"}
    comment = " ".join(text.partition("\nsymmetries:")[0].replace("\n#", "").split())
    assert "'left' tells left from right, which a mirror image makes wrong; write `allowed` if it does not, or" in comment
    assert comment.endswith("`{swap: [[a, b]]}` if the labels a and b trade places")
