"""Every sentence tamesu says to its user about a fault, in English and Japanese, in one place.

A message has a code, what is wrong, and what to do. Topics live in one file each; `CATALOGUE` joins them.
Placeholders in braces are filled from the fault's values.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from tamesu.messages import (
    advice,
    audit_columns,
    audit_copies,
    audit_drift,
    audit_files,
    audit_folds,
    audit_groups,
    audit_labels,
    audit_leaderboard,
    audit_shortcuts,
    audit_sizes,
    audit_verb,
    augmentations,
    config,
    constraints,
    diagnosis,
    folds,
    guards,
    heads,
    heat,
    ideas,
    images,
    intake,
    laws,
    losses,
    marks,
    pages,
    probing,
    runs,
    submission,
    symmetries,
    tables,
    targets,
    verdicts,
    weights,
)
from tamesu.messages.message import Message, choose_words

Language = Literal["en", "ja"]

CATALOGUE: dict[str, Message] = {
    **config.MESSAGES,
    **tables.MESSAGES,
    **images.MESSAGES,
    **intake.MESSAGES,
    **folds.MESSAGES,
    **runs.MESSAGES,
    **ideas.MESSAGES,
    **advice.MESSAGES,
    **submission.MESSAGES,
    **verdicts.MESSAGES,
    **weights.MESSAGES,
    **symmetries.MESSAGES,
    **augmentations.MESSAGES,
    **marks.MESSAGES,
    **probing.MESSAGES,
    **targets.MESSAGES,
    **heads.MESSAGES,
    **heat.MESSAGES,
    **guards.MESSAGES,
    **losses.MESSAGES,
    **laws.MESSAGES,
    **constraints.MESSAGES,
    **audit_groups.MESSAGES,
    **audit_folds.MESSAGES,
    **audit_copies.MESSAGES,
    **audit_drift.MESSAGES,
    **audit_shortcuts.MESSAGES,
    **audit_leaderboard.MESSAGES,
    **audit_files.MESSAGES,
    **audit_columns.MESSAGES,
    **audit_labels.MESSAGES,
    **audit_sizes.MESSAGES,
    **audit_verb.MESSAGES,
    **diagnosis.MESSAGES,
    **pages.MESSAGES,
}


def choose_language(environ: Mapping[str, str] | None = None) -> Language:
    """The language to speak: `TAMESU_LANG` first, then the locale.

    Args:
        environ: the environment to read; the process's own when None.

    Returns:
        `"ja"` when `TAMESU_LANG` (or else LC_ALL, LC_MESSAGES, LANG, in this order) begins with `ja`, else `"en"`.

    Examples:
        >>> choose_language({"LANG": "ja_JP.UTF-8"}), choose_language({"LANG": "ja_JP.UTF-8", "TAMESU_LANG": "en"})
        ('ja', 'en')
    """
    environ = os.environ if environ is None else environ
    for name in ("TAMESU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"


def render(code: str, values: Mapping[str, object], language: Language | None = None) -> tuple[str, str]:
    """What is wrong and what to do, filled in.

    Args:
        code: a key of `CATALOGUE`.
        values: what fills the placeholders; of a `Phrase`, the words in the language.
        language: `"en"` or `"ja"`; chosen from the environment when None.

    Raises:
        KeyError: an unknown code, or a placeholder without a value; both are faults of ours, and a test looks for them.

    Examples:
        >>> render("CONFIG_EMPTY", {}, "en")[0]
        'the file is empty'
    """
    message = CATALOGUE[code]
    what, do = message.say(language or choose_language())
    words = choose_words(values, language or choose_language())
    return what.format(**words), do.format(**words)
