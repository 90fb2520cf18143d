"""What a few runs said of one training image: the best run and the newest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tamesu.errors import TamesuError
from tamesu.web.answers import list_targets, read_answers, say_folds
from tamesu.web.gallery import Gallery
from tamesu.web.listing import RunLine, list_paths, list_runs
from tamesu.web.pages.competition import choose_metric, find_best
from tamesu.web.told_cards import make_card
from tamesu.web.view import View
from tamesu.web.working import open_run

# Of more the predictions are read one after the other, and nobody compares them on a page of one image.
MOST = 4


def choose_runs(lines: Sequence[RunLine], metric: str) -> list[RunLine]:
    """The best run and the newest that have a score, quick looks left out; the best first.

    Args:
        lines: all runs.
        metric: the competition's.
    """
    chosen = choose_metric(lines, metric)
    best = None if chosen is None else find_best(lines, *chosen)
    if best is None or chosen is None:
        return []
    others = [
        one for one in lines if one.cv is not None and one.metric == chosen[0] and not one.quick and one.name != best.name
    ]
    return [best, *sorted(others, key=lambda one: (-one.stamp, one.name))[: MOST - 1]]


def list_opinions(view: View, gallery: Gallery, number: int, metric: str) -> list[dict[str, Any]]:
    """What those runs said of an image about their main target; a run that cannot be asked is left out.

    Args:
        view: the request.
        gallery: all images.
        number: of the image, one to train on.
        metric: the competition's.

    Returns:
        The card of `make_card` with `run`, `best`, `cv`, `fold` and `target` beside it.
    """
    memory, found = view.desk.memory, []
    paths = {path.name: path for path in list_paths(view.folder, memory)}
    for rank, line in enumerate(choose_runs(list_runs(view.folder, memory), metric)):
        try:
            run = open_run(paths[line.name], memory)
            if run.spec.main not in list_targets(run):
                continue
            answers = read_answers(view, run, run.spec.main)
        except (TamesuError, KeyError, OSError, ValueError):
            continue
        place = int(np.searchsorted(answers.told.rows, number))
        if place < len(answers.told) and answers.told.rows[place] == number:
            card = make_card(answers.told, place, None, gallery, number, view)
            about = {"run": line.name, "best": rank == 0, "cv": line.cv, "target": run.spec.main}
            found.append(card | about | {"fold": say_folds(answers.folds[place])})
    return found
