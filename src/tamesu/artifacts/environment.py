"""Facts about where a run was made: versions, hardware, and the state of the user's git repository."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("tamesu", "torch", "torchvision", "timm", "numpy", "opencv-python-headless", "pillow", "scikit-learn", "scipy")


def describe_environment() -> dict[str, Any]:
    """Versions and hardware, as JSON values. Host and user names are left out, so that a run can be shared."""
    return {
        "python": platform.python_version(),
        "packages": {name: found for name in PACKAGES if (found := find_version(name)) is not None},
        "system": f"{platform.system()} {platform.machine()}",
        "processor": read_processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    }


@cache
def find_version(package: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def read_processor() -> str:
    """The processor's name."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


def read_git(folder: Path) -> tuple[dict[str, Any] | None, str]:
    """The commit of the repository `folder` lies in, and what has changed in `folder` since.

    Returns:
        `({"commit": ..., "clean": bool}, diff)`; `(None, "")` when it is no repository or git is not there.
    """
    commit = run_git(folder, "rev-parse", "HEAD")
    if commit is None:
        return None, ""
    ours = ("competition.yaml", "recipes", "ideas.yaml", "plugins")
    diff = run_git(folder, "diff", "--no-ext-diff", "--no-textconv", "HEAD", "--", *ours) or ""
    fresh = run_git(folder, "ls-files", "--others", "--exclude-standard", "--", *ours) or ""
    for name in fresh.splitlines():
        # A file git does not know is in no diff; its whole content stands in its place.
        diff += f"+++ not in git: {name}\n" + (folder / name).read_text(encoding="utf-8", errors="replace")
    return {"commit": commit.strip(), "clean": not diff}, diff


def run_git(folder: Path, *words: str) -> str | None:
    """The output of a git command, or None when it fails."""
    try:
        # The name of a program and words of ours; no shell, nothing from the user's files.
        done = subprocess.run(
            ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *words],
            capture_output=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
