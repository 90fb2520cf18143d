from __future__ import annotations

import os
from pathlib import Path

import pytest

from tamesu.errors import InputError
from tamesu.execution.capacity import WORKER_BYTES, choose_parallel, count_cores, read_available_bytes, read_wish


@pytest.mark.parametrize(("text", "share"), [("100000 100000\n", 1), ("50000 100000\n", 1), ("9900000 100000\n", 99)])
def test_a_containers_share_bounds_the_cores(tmp_path: Path, text: str, share: int) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text(text)
    assert count_cores(quota, tmp_path / "none") == min(share, len(os.sched_getaffinity(0)))


@pytest.mark.parametrize("text", [None, "max 100000\n", "", "1 2 3", "100000 0"])
def test_without_a_share_it_is_the_affinity(tmp_path: Path, text: str | None) -> None:
    quota = tmp_path / "cpu.max"
    if text is not None:
        quota.write_text(text)
    assert count_cores(quota, tmp_path / "none") == len(os.sched_getaffinity(0))


def test_two_processors_on_one_core_count_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2, 5})
    for number, siblings in ((0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3")):
        path = tmp_path / f"cpu{number}" / "topology"
        path.mkdir(parents=True)
        (path / "thread_siblings_list").write_text(siblings + "\n")
    # 0 and 2 share a core, 1 has its own, of 5 nothing is known.
    assert count_cores(tmp_path / "cpu.max", tmp_path) == 3


def test_available_memory_is_what_the_kernel_says(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:       24000000 kB\nMemAvailable:    3145728 kB\nHugePages_Total:       0\n")
    assert read_available_bytes(meminfo) == 3 << 30
    meminfo.write_text("MemTotal: 1 kB\n")
    assert read_available_bytes(meminfo) is None
    assert read_available_bytes(tmp_path / "none") is None


@pytest.mark.parametrize("text", ["0", "-1", "two", "1.5", "２"])
def test_a_wrong_wish_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="PARALLEL_WRONG") as caught:
        read_wish({"TAMESU_PARALLEL": text})
    assert "TAMESU_PARALLEL" in str(caught.value)


def test_cores_and_memory_bound_the_jobs() -> None:
    for jobs in (1, 2, 5, 40):
        for threads in (1, 2, 3):
            for cores in (1, 2, 8):
                for fitting in (0, 1, 3, None):
                    memory = None if fitting is None else fitting * WORKER_BYTES + WORKER_BYTES // 2
                    wanted, chosen = choose_parallel(jobs, threads, cores, memory)
                    assert 1 <= chosen <= wanted <= jobs
                    assert wanted == 1 or wanted * threads <= cores
                    assert fitting is None or chosen <= max(1, fitting)
                    # One more would break a bound.
                    assert wanted == jobs or (wanted + 1) * threads > cores
