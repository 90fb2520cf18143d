"""What is deleted is moved, whole, and never while somebody works on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.web.many import write_many

from tamesu.artifacts.files import digest_files
from tamesu.artifacts.locks import hold_lock
from tamesu.artifacts.run import find_runs
from tamesu.errors import InputError
from tamesu.web.bin import bin_run


def test_a_deleted_run_lies_in_the_bin_byte_for_byte(tmp_path: Path) -> None:
    first, second = write_many(tmp_path, 2)
    before = digest_files(tmp_path / "runs" / first, pattern="*.json")
    place = bin_run(tmp_path, first)
    assert place == f".bin/runs/{first}"
    assert digest_files(tmp_path / place, pattern="*.json") == before
    assert [path.name for path in find_runs(tmp_path)] == [second]
    # Its owner brings it back with one `mv`.
    (tmp_path / place).rename(tmp_path / "runs" / first)
    assert len(find_runs(tmp_path)) == 2
    (tmp_path / ".bin" / "runs" / first).mkdir()
    assert bin_run(tmp_path, first) == f".bin/runs/{first}.2"


def test_a_run_at_work_stays(tmp_path: Path) -> None:
    [name] = write_many(tmp_path, 1)
    with hold_lock(tmp_path / "runs" / name / "run.lock"), pytest.raises(InputError) as caught:
        bin_run(tmp_path, name)
    assert caught.value.codes == ("PAGE_RUN_BUSY",)
    assert len(find_runs(tmp_path)) == 1


@pytest.mark.parametrize("name", ["", ".", "..", "../data", "runs", "/etc", "recipe00", "linked"])
def test_only_a_run_is_moved(tmp_path: Path, name: str) -> None:
    [real] = write_many(tmp_path, 1)
    (tmp_path / "runs" / "linked").symlink_to(real)
    with pytest.raises(InputError) as caught:
        bin_run(tmp_path, name)
    assert caught.value.codes == ("PAGE_NO_RUN",)
    assert not (tmp_path / ".bin").exists()
