"""Whether a card fits a competition: what names, counts, declarations and the ledger say for and against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tamesu.artifacts.sides import find_height_name, find_side_name, words_in
from tamesu.artifacts.suspicion import TURNS_SIGNS_DEG, Named, Suspicion, suspect
from tamesu.artifacts.symmetry import ANY_TURN
from tamesu.artifacts.verdict import Verdict, Word
from tamesu.cards import constraint_rules, head_rules, loss_rules, optimisation_rules
from tamesu.cards.card import Card, add
from tamesu.cards.learning import Judged, Learning
from tamesu.cards.naming import name_learning
from tamesu.messages import cards as say
from tamesu.messages.message import Phrase, fill_both
from tamesu.messages.symmetries import REASONS

Mark = Literal["used", "suits", "unfit", "forbidden", "asks", "keep", "drop", "same", "undecided"]
Declared = Literal["allowed", "forbidden", "moves"]

# Cards of these families have a rule each that looks at what is learnt.
LEARNING = frozenset({"heads", "losses", "optimisation"})
RULES = {**head_rules.RULES, **constraint_rules.RULES, **loss_rules.RULES, **optimisation_rules.RULES}
# Fewer rows than this call for strong geometry and mixing.
FEW_ROWS = 500
# A class is rare when the commonest one has so many times its rows.
RARE_TIMES = 10
# The folder of cut-out objects that the card names.
OBJECTS = "objects"
# An input no larger than this has little detail.
SMALL_PX = 64
# These turn pictures over, and so does a turn by more than `TURNS_SIGNS_DEG`.
OVER = frozenset({"vertical_flip", "transpose", "rotate90"})

COLOUR_WORDS = frozenset(
    {"red", "green", "blue", "yellow", "orange", "purple", "violet", "pink", "brown", "black", "white", "grey", "gray"}
    | {"color", "colour", "golden", "silver", "ripe", "unripe", "stain", "stained", "rust", "rusty"}
)
COLOUR_SIGNS = ("赤", "青", "緑", "黄", "紫", "橙", "茶色", "桃色", "白色", "黒色", "色", "熟", "錆", "さび")
SIZE_WORDS = frozenset(
    {"size", "area", "length", "width", "height", "weight", "diameter", "radius", "volume", "depth", "distance"}
    | {"small", "large", "big", "tiny", "huge", "mm", "cm", "px"}
)
SIZE_SIGNS = ("大きさ", "サイズ", "面積", "長さ", "幅", "高さ", "重さ", "体重", "身長", "直径", "体積", "距離", "大型", "小型")


@dataclass(frozen=True, slots=True)
class Told:
    """What the ledger says of a card.

    Attributes:
        word: of the newest verdict on it.
        date: when it was reached, YYYY-MM-DD.
        gain: in the metric's own unit, larger is better; None when nothing was measured.
        by_hand: whether the user said so.
    """

    word: Word
    date: str
    gain: float | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a competition without looking at an image.

    Attributes:
        named: what the recipe learns, by its names.
        question: of the recipe.
        declared: symmetry → what competition.yaml says of it.
        rows: to train on; None when the table cannot be read.
        counts: class of the main target → rows; empty when it has no classes.
        size_px: side of the network's input; None when there is no recipe.
        used: cards that the recipe has.
        told: card → what the ledger says.
        where: targets that say where an object is, of kind mask or points; None outside of a competition.
        folders: in the competition's folder; None outside of any.
        learning: what cards about heads and losses look at; None where there is no recipe.
    """

    named: tuple[Named, ...] = ()
    question: str = ""
    declared: Mapping[str, Declared] = field(default_factory=dict)
    rows: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    size_px: int | None = None
    used: frozenset[str] = frozenset()
    told: Mapping[str, Told] = field(default_factory=dict)
    where: tuple[str, ...] | None = None
    folders: frozenset[str] | None = None
    learning: Learning | None = None


def fits(card: Card, facts: Facts) -> tuple[Phrase, ...]:
    """Why a card does or does not fit a competition; nothing where the facts say nothing.

    Args:
        card: of the drawer.
        facts: of the competition.

    Examples:
        >>> from tamesu.cards.table import CARDS
        >>> facts = Facts((Named("sign", "class", "sign", ("赤信号", "左折", "右折")),), rows=200)
        >>> for reason in fits(CARDS["hue"], facts):
        ...     print(reason)
        '赤信号' names a colour: it may be the label that is changed
    """
    if card.family in LEARNING:
        judged = judge(card, facts)
        return (*tell_state(card, facts), *(judged.reasons if judged is not None else ()))
    return (
        *tell_state(card, facts),
        *tell_needs(card, facts),
        *tell_symmetry(card, facts),
        *tell_names(card, facts),
        *tell_numbers(card, facts),
    )


def judge(card: Card, facts: Facts) -> Judged | None:
    """What a card about heads or losses comes to; None for other cards, and where no recipe is known."""
    if card.family not in LEARNING or facts.learning is None:
        return None
    return RULES[card.name](facts.learning)


def tell_state(card: Card, facts: Facts) -> Iterator[Phrase]:
    """Whether the recipe has it, and what the ledger says."""
    if card.name in facts.used:
        yield say.USED
    if (told := facts.told.get(card.name)) is None:
        return
    words = {"keep": say.KEPT, "drop": say.DROPPED, "same": say.SAME, "undecided": say.UNDECIDED}[told.word]
    gain = say.NO_GAIN if told.gain is None else f"{told.gain:+.4f}"
    yield fill_both(say.BY_HAND if told.by_hand else words, date=told.date, gain=gain)


def tell_needs(card: Card, facts: Facts) -> Iterator[Phrase]:
    """What of the user's is missing that it cannot do without."""
    if card.needs == "where" and facts.where is not None and not facts.where:
        yield say.NEEDS_WHERE
    if card.needs == "objects" and facts.folders is not None and OBJECTS not in facts.folders:
        yield fill_both(say.NEEDS_OBJECTS, folder=OBJECTS)


def tell_symmetry(card: Card, facts: Facts) -> Iterator[Phrase]:
    """What is declared of the flip or turn that it makes, or what gives reason to ask."""
    if not card.symmetry:
        return
    declared = facts.declared.get(card.symmetry)
    if declared is not None:
        words = {"forbidden": say.FORBIDDEN, "allowed": say.ALLOWED, "moves": say.MOVES}[declared]
        yield fill_both(words, symmetry=card.symmetry)
    elif (found := find_suspicion(card, facts)) is not None:
        yield fill_both(say.ASKS, word=found.word, reason=REASONS[found.ground], symmetry=card.symmetry)
    elif card.symmetry in OVER or (card.symmetry == ANY_TURN and card.degrees > TURNS_SIGNS_DEG):
        yield fill_both(say.GROUND, symmetry=card.symmetry)


def find_suspicion(card: Card, facts: Facts) -> Suspicion | None:
    """What `train` would ask about, if the card were in the recipe; None when it would not."""
    if not card.symmetry or card.symmetry in facts.declared:
        return None
    return suspect(card.symmetry, facts.named, degrees=card.degrees, question=facts.question)


def tell_names(card: Card, facts: Facts) -> Iterator[Phrase]:
    """Names of what is learnt that speak of what it changes."""
    labels = [name for target in facts.named for name in (target.name, target.column, *target.labels) if name]
    if "colour" in card.touches and (word := find_word(labels, COLOUR_WORDS, COLOUR_SIGNS)) is not None:
        yield fill_both(say.COLOUR, word=word)
    if "scale" in card.touches and (word := find_word(labels, SIZE_WORDS, SIZE_SIGNS)) is not None:
        yield fill_both(say.SCALE, word=word)
    if "place" in card.touches and (word := find_side_name(labels) or find_height_name(labels)) is not None:
        yield fill_both(say.PLACE, word=word)


def find_word(names: Iterable[str], words: frozenset[str], signs: Iterable[str]) -> str | None:
    """The first name that has one of the words, or one of the signs in it; None when none has.

    Examples:
        >>> find_word(["cat", "redPanda"], COLOUR_WORDS, COLOUR_SIGNS), find_word(["incredible"], COLOUR_WORDS, ())
        ('redPanda', None)
    """
    signs = tuple(signs)
    return next((name for name in names if set(words_in(name)) & words or any(sign in name for sign in signs)), None)


def tell_numbers(card: Card, facts: Facts) -> Iterator[Phrase]:
    """What the input's size, the number of rows and the classes' counts say."""
    if "detail" in card.touches and facts.size_px is not None and facts.size_px <= SMALL_PX:
        yield fill_both(say.DETAIL, size=facts.size_px)
    if not card.for_few:
        return
    if facts.rows is not None and facts.rows < FEW_ROWS and card.name not in facts.used:
        yield fill_both(say.FEW_ROWS, rows=facts.rows)
    if (rare := find_rare(facts.counts)) is not None:
        yield fill_both(say.RARE, label=rare, count=facts.counts[rare], most=max(facts.counts.values()))


def find_rare(counts: Mapping[str, int]) -> str | None:
    """The rarest class, when the commonest has `RARE_TIMES` times its rows or more; else None.

    Examples:
        >>> find_rare({"cat": 100, "dog": 90, "鳥": 4}), find_rare({"cat": 100, "dog": 90}), find_rare({})
        ('鳥', None, None)
    """
    if not counts:
        return None
    rare = min(counts, key=lambda label: (counts[label], label))
    return rare if counts[rare] * RARE_TIMES <= max(counts.values()) else None


def mark(card: Card, facts: Facts) -> list[Mark]:
    """What stands beside a card in the list of all."""
    judged = judge(card, facts)
    marks: list[Mark] = ["used"] if card.name in facts.used or (judged is not None and judged.used) else []
    if judged is not None and judged.suits is not None and not judged.used:
        marks.append("suits" if judged.suits else "unfit")
    if card.symmetry and facts.declared.get(card.symmetry) == "forbidden":
        marks.append("forbidden")
    if find_suspicion(card, facts) is not None:
        marks.append("asks")
    if (told := facts.told.get(card.name)) is not None:
        marks.append(told.word)
    return marks


def next_changes(card: Card, facts: Facts) -> dict[str, dict[str, Any]]:
    """The ideas worth pasting: idea's name → changes.

    What the recipe has is tried weaker, and without; what was dropped, or made no difference, is tried weaker.

    Examples:
        >>> from tamesu.cards.table import CARDS
        >>> next_changes(CARDS["sepia"], Facts())
        {'sepia': {'augmentations+': {'sepia': {'p': 0.1}}}}
        >>> list(next_changes(CARDS["sepia"], Facts(used=frozenset({"sepia"}))))
        ['sepia_half', 'without_sepia']
    """
    if card.family in LEARNING:
        judged = judge(card, facts)
        return {card.name: dict(card.try_first)} if judged is None else dict(judged.ideas)
    if card.name not in facts.used:
        return first_change(card, facts)
    if "tta" in card.try_first:
        return {"without_tta": {"tta": []}}
    half, without = {f"augmentations.{card.name}.strength": 0.5}, {"augmentations-": card.name}
    return {f"{card.name}_half": half, f"without_{card.name}": without}


def first_change(card: Card, facts: Facts) -> dict[str, dict[str, Any]]:
    """What to try of a card that the recipe does not have."""
    part = card.try_first.get("augmentations+")
    if part is None:
        return {card.name: dict(card.try_first)}
    options: dict[str, Any] = dict(part[card.name]) if isinstance(part, Mapping) else {}
    if card.needs == "where" and facts.where:
        options["target"] = facts.where[0]
    told = facts.told.get(card.name)
    if told is not None and told.word in ("drop", "same"):
        return {f"{card.name}_half": add(card.name, **options, strength=0.5)}
    return {card.name: add(card.name, **options)}


def find_told(verdicts: Iterable[Verdict]) -> dict[str, Told]:
    """What the ledger says of each card: the newest verdict on an idea that adds or tunes it and nothing else.

    Args:
        verdicts: in the order reached.
    """
    found = {}
    for verdict in verdicts:
        if (name := name_card(verdict.changes)) is not None:
            by_hand = verdict.because == "hand"
            gain = verdict.gain if verdict.pairs and not by_hand else None
            found[name] = Told(verdict.word, verdict.time[:10], gain, by_hand)
    return found


def name_card(changes: Mapping[str, Any]) -> str | None:
    """The one card that a change is about; None when it is about several, about something else, or takes one out.

    Examples:
        >>> name_card({"augmentations+": {"sepia": {"p": 0.1}}}), name_card({"augmentations.sepia.p": 0.3})
        ('sepia', 'sepia')
        >>> name_card({"tta": ["horizontal_flip"]}), name_card({"augmentations-": "sepia"}), name_card({"epochs": 3})
        ('tta', None, None)
    """
    names: set[str] = set()
    for key, value in changes.items():
        if key in ("tta", "tta+") and value:
            names.add("tta")
        elif key == "augmentations+":
            parts = value if isinstance(value, list) else [value]
            names |= {name for part in parts for name in (part if isinstance(part, Mapping) else [str(part)])}
        elif key.startswith("augmentations."):
            names.add(key.split(".")[1])
        elif (name := name_learning(key, value)) is not None:
            names.add(name)
        else:
            return None
    return names.pop() if len(names) == 1 else None
