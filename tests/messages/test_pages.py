"""The words of the pages: both languages say the same, each is used, and each is in its own language."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from tamesu.artifacts.audit_rows import KINDS
from tamesu.messages.message import Phrase
from tamesu.messages.pages import PHRASES, REFUSALS, say
from tamesu.results.changed import STATES
from tamesu.results.told_choice import LOOKS, ORDERS
from tamesu.web.listing import State
from tamesu.web.pages.changed import NAMES_OF_VALUES
from tamesu.web.pages.groups import FILTERS
from tamesu.web.pages.runs import COLUMNS, GROUP_COLUMNS

WEB = Path(__file__).resolve().parents[2] / "src" / "tamesu" / "web"
ALL = {**PHRASES, **{f"refusal {key}": phrase for key, phrase in REFUSALS.items()}}
# Words that are the same in both, and the one that stands in the other language by design.
SAME = {"col_cv", "other_language", "val_metric", "fold_of", "group_of", "run", "runs", "col_name", "col_folds"}


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(ALL))
def test_both_languages_share_their_placeholders_and_are_what_they_are(key: str) -> None:
    phrase = ALL[key]
    assert holes(phrase.en) == holes(phrase.ja)
    if key not in SAME:
        assert re.search("[\u3040-\u9fff]", phrase.ja), phrase.ja
        assert not re.search("[\u3040-\u9fff]", phrase.en), phrase.en


def test_every_phrase_is_used_and_every_phrase_used_is_there() -> None:
    texts = [path.read_text(encoding="utf-8") for path in [*WEB.rglob("*.py"), *WEB.rglob("*.html")]]
    whole = "\n".join(texts)
    made = {f"col_{name}" for name in (*COLUMNS, *GROUP_COLUMNS)} | {f"state_{name}" for name in State.__args__}
    made |= {f"standing_{name}" for name in ("keep", "undecided", "same", "drop", "elsewhere", "untried")}
    made |= {"part_train", "part_test"} | {f"look_{name}" for name in LOOKS} | {f"order_{name}" for name in ORDERS}
    made |= {"truth_is", "told_is"} | {f"state_{name}" for name in (*STATES, *NAMES_OF_VALUES.values())}
    made |= {f"relabel_{name}" for name in ("saved", "saving", "unsaved")} | {f"groups_{name}" for name in (*KINDS, *FILTERS)}
    made |= {f"groups_about_{name}" for name in KINDS}
    assert [key for key in PHRASES if key not in made and f'"{key}"' not in whole and f"'{key}'" not in whole] == []
    said = set(re.findall(r"""\bsay\(\s*["'](\w+)["']\s*[,)]""", whole))
    assert sorted(said - set(PHRASES)) == []
    assert made <= set(PHRASES)


def test_a_phrase_itself_may_be_said() -> None:
    assert say(Phrase("{count} rows", "{count} 行"), "ja", count=3) == "3 行"
