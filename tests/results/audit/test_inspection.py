"""All judges together: the order of findings, what is kept whole, what falsifies a score, and nothing false on plain data."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.results.audit.made import make_data
from tests.results.audit.planted_groups import make_groups, plant, truth_of

from tamesu.results.audit.copies import CopySet
from tamesu.results.audit.inspection import STEPS, Given, inspect, join_kept, measure_covered, one_thread, probe_labels
from tamesu.results.audit.sizes import Vision
from tamesu.results.finding import WEIGHTS

WITHOUT_PIXELS = "no pixels are needed where no likeness is near"


def given(**wishes: object) -> Given:
    def pixels(_row: int) -> np.ndarray:
        raise AssertionError(WITHOUT_PIXELS)

    return replace(Given(pixels, "stratified_kfold", 5, 1), **wishes)


def test_every_step_is_told_and_findings_stand_in_order() -> None:
    steps: list[str] = []
    found = inspect(make_data(300, 240), given(vision=Vision(64, 32.0, 100, 60, "resnet18")), steps.append)
    assert tuple(steps) == STEPS
    weights = [WEIGHTS.index(finding.weight) for finding in found.findings]
    assert weights == sorted(weights)
    assert found.groups is None and found.leaks == {"groups": [], "copies": []}


@pytest.mark.parametrize("seed", range(2))
def test_plain_data_have_nothing_severe(seed: int) -> None:
    found = inspect(make_data(300, 240, seed=seed), given())
    assert [finding for finding in found.findings if finding.weight == "severe"] == []


def test_equal_files_are_kept_whole() -> None:
    data = make_data(300, 240)
    sha256 = list(data.sha256)
    sha256[7] = sha256[100] = sha256[3]
    found = inspect(replace(data, sha256=tuple(sha256)), given())
    assert found.leaks["copies"] == [(3, 7, 100)]
    assert found.groups is not None
    assert found.groups[3] == found.groups[7] == found.groups[100]
    assert len(set(found.groups.tolist())) == 238


def test_own_groups_and_copies_are_joined() -> None:
    own = np.array([0, 0, 1, 2])
    joined = join_kept(own, [], np.array([0, 1, 1, 3]))
    assert joined is not None and joined.tolist() == [0, 0, 0, 1]
    assert join_kept(None, [], np.arange(4)) is None


def test_labels_are_probed_only_where_the_network_has_looked() -> None:
    random = np.random.default_rng(0)
    data = make_data(300, 240)
    assert probe_labels(data, None) is None
    features = random.normal(size=(300, 6)).astype(np.float32)
    features[np.arange(240), data.codes] += 4.0
    features[5] = np.nan
    probs = probe_labels(replace(data, features=features), None)
    assert probs is not None and np.isnan(probs[5]).all()
    told = np.delete(np.arange(240), 5)
    np.testing.assert_allclose(probs[told].sum(1), 1.0, atol=1e-6)
    assert (probs[told].argmax(1) == data.codes[told]).mean() > 0.9


def test_probs_of_a_run_go_before_those_of_a_probe() -> None:
    data = make_data(300, 240)
    probs = np.full((240, 3), 0.01)
    probs[np.arange(240), data.codes] = 0.98
    wrong = [4, 40, 140]
    for row in wrong:
        probs[row] = 0.001
        probs[row, (data.codes[row] + 1) % 3] = 0.998
    found = inspect(data, given(probs=probs))
    assert found.label_noise is not None
    assert sorted(found.label_noise.rows[:3].tolist()) == wrong


def test_the_judges_use_one_thread_and_leave_the_others_as_they_were() -> None:
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_info, threadpool_limits

    with threadpool_limits(2):
        before = [pool["num_threads"] for pool in threadpool_info()]
        with one_thread():
            assert {pool["num_threads"] for pool in threadpool_info()} == {1}
        assert [pool["num_threads"] for pool in threadpool_info()][: len(before)] == before


def test_copies_inside_hidden_groups_are_told_once() -> None:
    groups = np.array([0, 0, 0, 1, 1, 2])
    inside, across, test = CopySet((0, 2)), CopySet((0, 3)), CopySet((1, 9))
    assert measure_covered([inside, test], groups) == 1.0
    assert measure_covered([inside, across], groups) == 0.5
    assert measure_covered([test], groups) == 0.0


def test_copies_that_are_hidden_groups_are_a_warning_beside_them() -> None:
    truth = make_groups(60, 5)
    names = [f"p{group}_{row}" for row, group in enumerate(truth)]
    # Near-twins to the eye of `Alike`, and no candidates for copies but by their bytes.
    data = plant(names, truth, noise=0.9, features=True)
    place = np.argsort(truth_of(data, names, truth), kind="stable").reshape(60, 5)
    sha256 = list(data.sha256)
    for rows in place:
        sha256[rows[1]] = sha256[rows[0]]
    data = replace(data, sha256=tuple(sha256))
    weights = {finding.code: finding.weight for finding in inspect(data, given()).findings}
    assert weights["AUDIT_LEAK_GROUPS"] == "severe"
    assert weights["AUDIT_COPIES_ACROSS_FOLDS"] == "warning"


def test_groups_that_are_in_use_already_are_not_proposed_again() -> None:
    data = make_data(300, 240)
    sha256 = list(data.sha256)
    sha256[7] = sha256[3]
    own = np.arange(240)
    own[7] = own[3]
    data = replace(data, sha256=tuple(sha256), groups=own)
    assert inspect(data, given()).groups is None
    assert inspect(replace(data, groups=np.arange(240)), given()).groups is not None
