"""What becomes of memory that is given back: kept for the next batch, which needs as much again."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping

# Numbers of malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
# More than any buffer of a step; older C libraries take no more than the second for blocks of their own.
KEPT_BYTES, OLD_KEPT_BYTES = 1 << 29, 1 << 25


def keep_memory(environ: Mapping[str, str] | None = None) -> bool:
    """Keep up to half a gibibyte of freed memory in this process, unless the user has said otherwise.

    glibc gives every large block back to the kernel when it is freed, and gets it again for the next batch as pages that must
    be cleared one by one: half the time of a forward pass on the CPU. `benchmarks/allocation.py` measures it.

    Args:
        environ: the environment to look into for the user's own words (`MALLOC_…`, `GLIBC_TUNABLES`); the process's own
            when None.

    Returns:
        Whether the C library took it; False where it is not glibc, and nothing is changed.

    Source: glibc manual, Tunable Malloc Parameters (`mallopt`).

    Examples:
        >>> keep_memory({"MALLOC_TRIM_THRESHOLD_": "131072"})
        False
    """
    environ = os.environ if environ is None else environ
    if "GLIBC_TUNABLES" in environ or any(name.startswith("MALLOC_") for name in environ):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
        is_glibc = hasattr(ctypes.CDLL(None), "gnu_get_libc_version")
    except (OSError, AttributeError, TypeError):  # not Linux
        return False
    if not is_glibc:
        return False
    mallopt.argtypes, mallopt.restype = [ctypes.c_int, ctypes.c_int], ctypes.c_int
    large = any(mallopt(M_MMAP_THRESHOLD, size) for size in (KEPT_BYTES, OLD_KEPT_BYTES))
    return bool(mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)) and large
