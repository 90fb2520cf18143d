"""What is known of image files."""

from __future__ import annotations

from dataclasses import fields

from tests.results.audit.made import make_facts


def test_every_array_has_a_row_an_image() -> None:
    facts = make_facts(7)
    assert len(facts) == 7
    for field in fields(facts):
        if not field.name.startswith("landmark"):
            assert len(getattr(facts, field.name)) == 7
    assert facts.landmarks.shape[1:] == (64,)
    assert facts.landmark_places.shape[1:] == (64, 2)
