"""`python -m tamesu` is `tamesu`."""

from __future__ import annotations

from tamesu.cli import main

raise SystemExit(main())
