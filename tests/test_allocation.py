from __future__ import annotations

import subprocess
import sys

import pytest

from tamesu.allocation import keep_memory

# A block of 64 MiB, touched and freed, ten times: every page that must be got again is a fault.
PROGRAM = """
import resource, sys
import numpy as np
if sys.argv[1] == "keep":
    from tamesu.allocation import keep_memory
    assert keep_memory({})
block = np.ones(1 << 24, np.float32)
del block
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    block = np.ones(1 << 24, np.float32)
    del block
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.parametrize("name", ["MALLOC_TRIM_THRESHOLD_", "MALLOC_ARENA_MAX", "GLIBC_TUNABLES"])
def test_the_users_word_stands(name: str) -> None:
    assert not keep_memory({name: "1"})


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc can be told")
def test_freed_memory_is_not_got_again() -> None:
    def faults(way: str) -> int:
        environ = {"PATH": "", "NUMPY_MADVISE_HUGEPAGE": "0", "PYTHONPATH": ":".join(sys.path)}
        done = subprocess.run([sys.executable, "-c", PROGRAM, way], capture_output=True, text=True, check=True, env=environ)
        return int(done.stdout)

    # Without huge pages 64 MiB are 16,384 pages.
    assert faults("keep") < 1000 < faults("plain")
