"""Competition: the facts no experiment may change, as written in `competition.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)


class Part(BaseModel):
    """A part as written everywhere: `name` alone, or `{name: {option: value}}`.

    Examples:
        >>> Part.model_validate("average").name, Part.model_validate({"focal": {"gamma": 2.0}}).options
        ('average', {'gamma': 2.0})
    """

    model_config = STRICT
    name: str
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def parse(cls, value: Any) -> Any:
        """`name` or `{name: options}` → the fields of a Part; anything else is left for pydantic to refuse."""
        if isinstance(value, str):
            return {"name": value, "options": {}}
        if isinstance(value, dict) and len(value) == 1 and not value.keys() <= {"name", "options"}:
            name, options = next(iter(value.items()))
            return {"name": name, "options": {} if options is None else options}
        return value

    def written(self) -> Any:
        """The shortest way to write it: `name`, or `{name: options}`."""
        return {self.name: self.options} if self.options else self.name


def check_name(name: str) -> str:
    """A name that may become part of a file name: letters of any script, digits, `_`, `-`, `.`; not first a dot or dash."""
    if not name or len(name) > 64 or name[0] in ".-" or not all(c.isalnum() or c in "_-." for c in name):
        raise ValueError("a name of letters, digits, '_', '-', '.', at most 64 long, not beginning with '.' or '-'")
    return name


Name = Annotated[str, AfterValidator(check_name)]


class Rows(BaseModel):
    """A table of rows and where their images are: `{table: data/train.csv, image: "data/train/{id}.jpg"}`.

    `image` is a path with `{column}` placeholders; both are relative to the competition's `data` folder.
    """

    model_config = STRICT
    table: str
    image: str


Kind = Literal["class", "multilabel", "soft", "value", "ordinal", "identity", "mask", "map", "points"]
# The kinds whose values are the codes of labels, and those with something to say about every place of the picture.
CODED = frozenset({"class", "identity", "ordinal"})
DENSE = frozenset({"mask", "map"})


class Target(BaseModel):
    """What is to be told from the image.

    Attributes:
        kind: `class` (one of several), `ordinal` (one of several that stand in order), `identity` (one of many, few images
            each), `multilabel` (any of several), `soft` (shares of several, which add to 1), `value` (numbers); `points`,
            `mask` and `map` say where things are in the picture, see `tamesu.artifacts.marks`.
        column: the column that holds it. For `multilabel`, a column with several labels in one cell (`separator`).
        columns: for `class` and `multilabel`, one 0/1 column per label, instead of `column`; for `soft`, one column of shares
            per label; for `value`, several numbers; for `points`, x and y of each.
        mask: for `mask` and `map`, the path of each row's file, with `{column}` placeholders, as of its image.
        values: for `mask`, the pixel values in the order of the labels, the background first; 0, 1, 2, ... when empty.
        unknown: for `mask` and `map`, pixel values that mean "not known"; they teach nothing.
        unit: for `points`, whether they are written in pixels or as fractions of the picture's width and height.
        box: for `points`, that two points are corners of a box: it stays upright, and a crop cuts it off.
        scale: for `map`, what one step of the pixel value is in the map's unit.
        separator: between the labels of one cell, for `multilabel` with `column`.
        labels: the fixed label list in order; found in the table and sorted when empty.
        missing: texts that mean "not known" in this column. Everything else is a label, `NA` included.
        known_in: `both`, or `train` for a target that the test rows do not ask for.
        derive: how it is made from another target, instead of columns, see `tamesu.artifacts.derived`.
        corrections: a table with the columns `id` and `new_label`, relative to `competition.yaml`, such as the worksheet of
            `tamesu audit --relabel`; its labels stand in for those of `column`, see `tamesu.artifacts.corrections`.
    """

    model_config = STRICT
    kind: Kind
    column: str | None = None
    columns: list[str] = Field(default_factory=list)
    mask: str | None = None
    values: list[int] = Field(default_factory=list)
    unknown: list[int] = Field(default_factory=list)
    unit: Literal["pixel", "fraction"] = "pixel"
    box: bool = False
    scale: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] = 1.0
    separator: str | None = None
    labels: list[str] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=lambda: [""])
    known_in: Literal["both", "train"] = "both"
    derive: Part | None = None
    corrections: str | None = None


Pair = Annotated[list[str], Field(min_length=2, max_length=2)]


class Symmetry(BaseModel):
    """What one symmetry of the image does to the labels; see `tamesu.artifacts.symmetry` for what follows from it.

    Attributes:
        swap: pairs of names that trade places: labels, points, or two value targets.
        negate: value targets, by name or column, that change sign.
        angle: value targets in degrees, counter-clockwise from the right, as one looks at the picture.
        compass: value targets in degrees, clockwise from the top.
        cycle: labels, points or value targets in the order in which one quarter turn counter-clockwise takes them on.

    Examples:
        >>> Symmetry(swap=[["left", "right"]]).negate
        []
    """

    model_config = STRICT
    swap: list[Pair] = Field(default_factory=list)
    negate: list[str] = Field(default_factory=list)
    angle: list[str] = Field(default_factory=list)
    compass: list[str] = Field(default_factory=list)
    cycle: list[list[str]] = Field(default_factory=list)


Allowance = Literal["allowed", "forbidden"]
ALLOWANCE: TypeAdapter[Any] = TypeAdapter(Allowance)


def parse_declaration(value: Any) -> Any:
    """A mapping → a `Symmetry`, anything else a word, so that a fault is told of the one that was meant."""
    if isinstance(value, Symmetry):
        return value
    return Symmetry.model_validate(value) if isinstance(value, dict) else ALLOWANCE.validate_python(value)


Declaration = Annotated[Allowance | Symmetry, BeforeValidator(parse_declaration)]


class Folds(BaseModel):
    """How rows are split: the splitter, folds per repeat, repeats, seed."""

    model_config = STRICT
    splitter: Part = Part(name="stratified_kfold")
    n_splits: Annotated[int, Field(ge=2, le=100_000)] = 5
    repeats: Annotated[int, Field(ge=1, le=1000)] = 1
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0


class Submission(BaseModel):
    """What the host wants back: a sample file, and where it goes."""

    model_config = STRICT
    sample: str
    platform: Part = Part(name="file")
    slug: str | None = None


class Competition(BaseModel):
    """The whole of `competition.yaml`.

    Attributes:
        name: short name of the competition.
        data: the folder that `table`, `image` and `sample` are relative to, itself relative to `competition.yaml`.
        id: the column that names a row; ids are text.
        train, test: the rows.
        targets: by name; `main` names the one that is scored and submitted.
        groups: a column whose equal values never stand on both sides of a fold; or a CSV file beside `competition.yaml` with
            the id column and a column `group`, such as `audit/groups.csv`.
        metric: how the main target is scored.
        folds: how rows are split.
        symmetries: what a flip or turn of the image does to the labels, by the symmetry's name: `allowed` (nothing),
            `forbidden`, or how they move.
        submission: the host's format; None when there is none.
        accept: codes of questions the user has answered with "use it as it is".
    """

    model_config = STRICT
    name: Name
    data: str = "."
    id: str = "id"
    train: Rows
    test: Rows | None = None
    targets: Annotated[dict[Name, Target], Field(min_length=1)]
    main: str
    groups: str | None = None
    metric: Part
    folds: Folds = Folds()
    symmetries: dict[str, Declaration] = Field(default_factory=dict)
    submission: Submission | None = None
    accept: list[str] = Field(default_factory=list)

    @property
    def main_target(self) -> Target:
        """The target that is scored and submitted."""
        return self.targets[self.main]

    def data_folder(self, folder: Path) -> Path:
        """Where the host's files are, for a competition in `folder`."""
        return folder / self.data
