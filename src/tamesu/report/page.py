"""The page of a run: one self-contained HTML file with scores, curves, confusions, inputs and where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import write_text
from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import Verdict
from tamesu.messages import Language
from tamesu.report.curves import make_curve_section
from tamesu.report.document import make_document
from tamesu.report.fold_scores import make_fold_section
from tamesu.report.headline import make_headline
from tamesu.report.heads import make_head_section
from tamesu.report.html import Html, element
from tamesu.report.inputs import make_input_section
from tamesu.report.matrix import MARK, read_script
from tamesu.report.origin import make_environment_section, make_recipe_section, make_reproduce_section
from tamesu.report.row_pictures import RowPictures
from tamesu.report.targets import make_target_sections
from tamesu.report.verdict_section import make_verdict_section
from tamesu.report.words import Words
from tamesu.results.scores import Scores


def write_report(
    run: Run,
    train: Dataset,
    test: Dataset | None,
    scores: Scores,
    path: Path,
    language: Language = "en",
    verdicts: Sequence[Verdict] = (),
    *,
    root: Path | None = None,
) -> Path:
    """Write a run's report; equal runs give equal bytes.

    Args:
        run: the run; it need not be complete.
        train: the training rows, with their labels.
        test: the test rows; None when there are none.
        scores: of the run, from `tamesu.results.scores.score_run`.
        path: the HTML file; its folder is made when it is not there.
        language: `"en"` or `"ja"`.
        verdicts: those in which the run is the baseline or the idea; without any there is no section of them.
        root: the data folder, for small pictures of rows; ids alone where None.

    Returns:
        `path`.

    Raises:
        DamagedError: predictions are not what was written, or do not fit the training table.
    """
    page = make_page(run, train, test, scores, Words(language), verdicts, RowPictures(root, train))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, page)
    return path


def make_page(
    run: Run,
    train: Dataset,
    test: Dataset | None,
    scores: Scores,
    words: Words,
    verdicts: Sequence[Verdict] = (),
    pictures: RowPictures | None = None,
) -> Html:
    """The whole document, its sections in the order a competitor reads."""
    heads = make_head_section(run, train, words)
    sections = [
        make_fold_section(run, scores, words),
        *([make_verdict_section(verdicts, words)] if verdicts else []),
        make_curve_section(run, scores, words),
        *([heads] if heads is not None else []),
        *make_target_sections(run, train, scores, words, pictures),
        make_input_section(run, words),
        make_recipe_section(run, words),
        make_environment_section(run, train, test, words),
        make_reproduce_section(run, words),
    ]
    footer = element("footer", words("made_by", version=find_version("tamesu") or "?", run=run.name))
    headline = make_headline(run, scores, sections, words)
    script = read_script() if any(MARK in one.body for one in sections) else ""
    shown = [one.to_html() for one in sections]
    return make_document(words("title", run=run.name), words, headline, shown, footer, script=script)
