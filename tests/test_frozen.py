"""Which images a network looks at, and what it makes of them for the judges."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tamesu import frozen
from tamesu.frozen import add_features
from tamesu.gathering import find_subject, gather_data, gather_facts, gather_given
from tests.results.audit.made import make_data
from tests.tiny import write_competition


def test_rows_for_the_network_are_the_same_every_time() -> None:
    data = make_data()
    once, again = (frozen.choose_seen(data, 10, 3) for _ in range(2))
    assert once.tolist() == again.tolist()
    assert (once < data.train_rows).sum() == 10
    assert np.all(np.diff(once) > 0)


def test_readable_rows_get_features_and_the_field_of_view_is_remembered(tmp_path: Path, monkeypatch) -> None:
    folder = write_competition(tmp_path / "c", broken=(1,))
    subject = find_subject(folder, (), "en")
    data = gather_data(subject, gather_facts(subject, lambda _done, _note: None))
    moved: list[float] = []
    seen, given = add_features(subject, data, gather_given(subject, data), "cpu", lambda done, _note: moved.append(done))
    assert seen.features is not None and given.grey is not None
    assert np.flatnonzero(np.isnan(seen.features).any(1)).tolist() == [1]
    # Of test rows no grey features are asked for.
    assert np.isnan(given.grey[36:]).all()
    assert moved == sorted(moved) and moved[-1] <= 1.0
    assert given.vision is not None and given.vision.size_px == 16
    monkeypatch.setattr(frozen, "count_workers", lambda _asked: 0)
    monkeypatch.setattr("tamesu.training.features.build_frozen", lambda *_words: (_ for _ in ()).throw(AssertionError("built")))
    again, other = add_features(subject, data, gather_given(subject, data), "cpu", lambda _done, _note: None)
    np.testing.assert_array_equal(again.features, seen.features)
    assert other.vision == given.vision
