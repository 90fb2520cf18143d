"""How the processor's threads wait for each other; to be said before torch is imported."""

from __future__ import annotations

import os
from collections.abc import MutableMapping


def wait_politely(environ: MutableMapping[str, str] | None = None) -> None:
    """Let OpenMP's threads sleep at their meeting points instead of spinning, unless the user has said otherwise.

    A spinning thread takes the core that the thread it waits for needs. Measured on two cores with one other busy process,
    mobilenetv2_100 at 160 px: a training step takes 0.5 to 0.9 s instead of 0.7 to 1.0 s, and with two busy processes 7.6 s
    was seen; on a quiet machine 0.35 s against 0.37 s.

    Args:
        environ: the environment to write to; the process's own when None.

    Examples:
        >>> environ = {"OMP_WAIT_POLICY": "ACTIVE"}
        >>> wait_politely(environ)
        >>> environ["OMP_WAIT_POLICY"]
        'ACTIVE'
    """
    (os.environ if environ is None else environ).setdefault("OMP_WAIT_POLICY", "PASSIVE")
