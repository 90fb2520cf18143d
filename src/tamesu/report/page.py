"""The page: one self-contained HTML file for a run. No script, no request to anywhere, everything inside."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.environment import find_version
from tamesu.artifacts.files import write_text
from tamesu.artifacts.run import Run
from tamesu.messages import Language
from tamesu.report.curves import make_curve_section
from tamesu.report.fold_scores import make_fold_section
from tamesu.report.headline import make_headline
from tamesu.report.html import Html, element, join
from tamesu.report.inputs import make_input_section
from tamesu.report.origin import make_environment_section, make_recipe_section, make_reproduce_section
from tamesu.report.targets import make_target_sections
from tamesu.report.words import Words
from tamesu.results.scores import Scores

# Should a name ever slip through unescaped, the browser still runs and fetches nothing.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write_report(run: Run, train: Dataset, test: Dataset | None, scores: Scores, path: Path, language: Language = "en") -> Path:
    """Write a run's report; equal runs give equal bytes.

    Args:
        run: the run; it need not be complete.
        train: the training rows, with their labels.
        test: the test rows; None when there are none.
        scores: of the run, from `tamesu.results.scores.score_run`.
        path: the HTML file; its folder is made when it is not there.
        language: `"en"` or `"ja"`.

    Returns:
        `path`.

    Raises:
        DamagedError: predictions are not what was written, or do not fit the training table.
    """
    page = make_page(run, train, test, scores, Words(language))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, page)
    return path


def make_page(run: Run, train: Dataset, test: Dataset | None, scores: Scores, words: Words) -> Html:
    """The whole document, its sections in the order a competitor reads."""
    sections = [
        make_fold_section(run, scores, words),
        make_curve_section(run, scores, words),
        *make_target_sections(run, train, scores, words),
        make_input_section(run, words),
        make_recipe_section(run, words),
        make_environment_section(run, train, test, words),
        make_reproduce_section(run, words),
    ]
    footer = element("footer", words("made_by", version=find_version("tamesu") or "?", run=run.name))
    body = element("main", make_headline(run, scores, sections, words), [one.to_html() for one in sections], footer)
    return join(Html("<!DOCTYPE html>\n"), element("html", make_head(run, words), element("body", body), lang=words.language))


def make_head(run: Run, words: Words) -> Html:
    """The head: policy first, so that it holds for everything after it."""
    style = Html(files("tamesu.report").joinpath("style.css").read_text(encoding="utf-8"))
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", words("title", run=run.name)),
        element("link", rel="icon", href="data:,"),
        element("style", style),
    )
