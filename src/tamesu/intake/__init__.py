"""Intake: a competition from what is there."""

from __future__ import annotations

from tamesu.intake.guesses import Guess
from tamesu.intake.proposal import Proposal, propose, write_proposal

__all__ = ["Guess", "Proposal", "propose", "write_proposal"]
