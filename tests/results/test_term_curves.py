from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.results.journals import guard, lay_journals, losses

from tamesu.results.term_curves import read_term_curves

LAWS = [
    {"conservation": {"expression": "(size - g)**2", "weight": 0.5}},
    {"conservation": {"expression": "size**2", "weight": 0.25}},
]


def test_terms_stand_in_the_recipes_order_with_their_weights(tmp_path: Path) -> None:
    def tell(job: int, epoch: int) -> dict:
        extra = {"輪郭.pooling": 0.2, "conservation": 9.0, "conservation 2": 4.0}
        return {"train_loss": losses(epoch) | extra, "guards": {"size": guard(0.5), "輪郭": guard(0.1, -0.2)}}

    run = lay_journals(tmp_path, tell, penalties=LAWS)
    curves = read_term_curves(run, run.jobs([0]))
    assert curves.main == "kind" and len(curves.jobs) == 3
    assert list(curves.train_loss) == ["kind", "size", "輪郭", "輪郭.pooling", "conservation", "conservation 2"]
    assert list(curves.weights.values()) == [1.0, 0.3, 0.1, 1.0, 0.5, 0.25]
    np.testing.assert_array_equal(curves.weighted("conservation"), np.full((3, 6), 4.5))
    np.testing.assert_array_equal(curves.cosines["輪郭"], np.full((3, 6), -0.2))
    assert curves.factors == {}


def test_factors_count_and_jobs_of_other_lengths_leave_gaps(tmp_path: Path) -> None:
    def tell(job: int, epoch: int) -> dict:
        if job == 2 and epoch > 2:
            return {}
        return {"train_loss": losses(epoch, ("kind", "size")), "balance": {"kind": 1.0, "size": 2.0}}

    run = lay_journals(tmp_path, tell, epochs=3)
    curves = read_term_curves(run, run.jobs([0]))
    assert np.isnan(curves.train_loss["kind"][2, 2]) and np.isfinite(curves.train_loss["kind"][1, 2])
    np.testing.assert_allclose(curves.weighted("size")[0], 2.0 * 0.3 * 2.0 / np.arange(1, 4))


def test_the_main_head_is_the_one_that_is_not_guarded(tmp_path: Path) -> None:
    heads = {"near": {"target": "kind", "loss": "triplet"}, "told": {"target": "kind", "loss": "cross_entropy"}}

    def tell(job: int, epoch: int) -> dict:
        return {"train_loss": losses(epoch, ("near", "told")), "guards": {"near": guard(0.1)}}

    run = lay_journals(tmp_path, tell, heads=heads)
    assert read_term_curves(run, run.jobs([0])).main == "told"


def test_a_run_that_has_not_begun_has_no_terms(tmp_path: Path) -> None:
    run = lay_journals(tmp_path, lambda job, epoch: {}, epochs=0)
    curves = read_term_curves(run, run.jobs([0]))
    assert curves.jobs == () and curves.train_loss == {}
