from __future__ import annotations

from tamesu.threads import wait_politely


def test_the_users_word_stands() -> None:
    environ = {"OMP_WAIT_POLICY": "ACTIVE"}
    wait_politely(environ)
    assert environ == {"OMP_WAIT_POLICY": "ACTIVE"}
    environ = {}
    wait_politely(environ)
    assert environ == {"OMP_WAIT_POLICY": "PASSIVE"}
