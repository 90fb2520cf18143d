"""The layout of class folders: the name of the folder an image lies in is its label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from tamesu.errors import Fault, QuestionError, Where
from tamesu.intake.guesses import Guess
from tamesu.intake.host_tables import HostTable, Roles
from tamesu.intake.layout import Layout, RowSource, template_text, write_rows
from tamesu.intake.matching import ImageIndex
from tamesu.intake.scan import Places
from tamesu.intake.unlabelled import UnlabelledRows, rows_of_table
from tamesu.intake.words import IMAGE, MASK, TEST, TRAIN, VAL, says

ROLES = (("train", TRAIN), ("val", VAL), ("test", TEST))
Labelled = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ClassFolders:
    """Images by role, each with its label.

    Attributes:
        train, val, test: pairs of path and label.
        unlabelled: test images in no class folder.
        loose: images that lie in no class folder and are no test images.
    """

    train: list[Labelled] = field(default_factory=list)
    val: list[Labelled] = field(default_factory=list)
    test: list[Labelled] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)


def find_class_folders(images: Sequence[str], level: int | None = None) -> ClassFolders | None:
    """Sort images by role and class.

    Args:
        images: paths, relative to the data folder.
        level: which folder of a path is the label, from 1; needed when classes hold folders of their own.

    Returns:
        The images by role; None when the folders are no classes.

    Raises:
        QuestionError: classes hold folders, and `level` is None.

    Examples:
        >>> found = find_class_folders(["train/cat/1.jpg", "train/dog/2.jpg", "test/3.jpg"])
        >>> found.train, found.unlabelled
        ([('train/cat/1.jpg', 'cat'), ('train/dog/2.jpg', 'dog')], ['test/3.jpg'])
    """
    parts = {path: path.split("/") for path in images}
    base = common_depth(list(parts.values()))
    tops: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for path, p in parts.items():
        tops[p[base] if len(p) > base + 1 else ""][path] = p[base + 1 :]
    roles = {top: role for top, inside in sorted(tops.items()) if (role := role_of(top, list(inside.values())))}
    found = ClassFolders()
    if "train" in roles.values():
        for top, inside in sorted(tops.items()):
            if top in roles:
                sort_into(found, roles[top], inside, level)
            else:
                found.loose.extend(inside)
    else:
        # A folder called test beside class folders holds the images to be predicted.
        tests = {top for top in tops if says(top, TEST)}
        found.unlabelled.extend(path for top in sorted(tests) for path in tops[top])
        rest = {path: p[base:] for path, p in parts.items() if len(p) == base + 1 or p[base] not in tests}
        sort_into(found, "train", rest, level)
    labels = {label for _, label in found.train + found.val}
    if len(labels) < 2 or (all(says(label, IMAGE | MASK) for label in labels)):
        return None
    known = [(path, label) for path, label in found.test if label in labels]
    # test/unknown/1.jpg: one folder that is no class only holds the images.
    found.unlabelled.extend(path for path, label in found.test if label not in labels)
    found.test[:] = known
    return found


def common_depth(paths: Sequence[Sequence[str]]) -> int:
    """How many folders all images share; the last of them is kept when nothing but images lies in it."""
    depth = 0
    while paths and all(len(p) > depth + 2 for p in paths) and len({p[depth] for p in paths}) == 1:
        depth += 1
    return depth


def role_of(name: str, inside: Sequence[Sequence[str]]) -> str | None:
    """The role of a top folder, or None; a `train` or `val` without class folders in it may be a class itself."""
    for role, words in ROLES:
        if says(name, words):
            classes = {p[0] for p in below_common(inside) if len(p) > 1}
            return role if len(classes) >= {"train": 2, "val": 1, "test": 0}[role] else None
    return None


def below_common(inside: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Paths without the folders they all share (`seg_train/seg_train/forest/1.jpg`)."""
    depth = common_depth(inside)
    return [p[depth:] for p in inside]


def sort_into(found: ClassFolders, role: str, inside: dict[str, list[str]], level: int | None) -> None:
    """Add the images of one role to `found`.

    Raises:
        QuestionError: the depth of the folders differs from 1 and `level` is None.
    """
    depth = common_depth(list(inside.values()))
    pairs = {"train": found.train, "val": found.val, "test": found.test}[role]
    deep = []
    for path, parts in inside.items():
        folders = parts[depth:-1]
        if not folders:
            (found.unlabelled if role == "test" else found.loose).append(path)
        elif level is None and len(folders) > 1:
            deep.append("/".join(folders))
        else:
            pairs.append((path, folders[min(level or 1, len(folders)) - 1]))
    if deep:
        first = min(deep).split("/")
        choices = ", ".join(f"`--class-level {i}` ({name!r})" for i, name in enumerate(first, start=1))
        raise QuestionError(Fault("INTAKE_WHICH_LEVEL", "ask", Where(min(deep)), {"choices": choices}))


def lay_out_class_folders(
    places: Places, found: ClassFolders, index: ImageIndex, roles: Roles, *, test_image: str | None = None
) -> Layout:
    """Tables of ours for class folders: `train.csv`, and `test.csv` when there are test images.

    Args:
        places: the folders.
        found: the images by role.
        index: all images.
        roles: the host's test table and form, when there are any.
        test_image: the user's template for the images of the host's test table.

    Returns:
        A layout whose ids are paths relative to the data folder.
    """
    pairs = sorted(found.train + found.val)
    # The form's own names, so that its ids and labels need no translation.
    names = tuple(roles.sample.columns) if roles.sample and not roles.sample.headless else ()
    id_column, label_column = names if len(names) == 2 else (names[0] if names else "id", "label")
    columns = {id_column: tuple(path for path, _ in pairs), label_column: tuple(label for _, label in pairs)}
    by_label: dict[str, int] = defaultdict(int)
    for _, label in pairs:
        by_label[label] += 1
    guesses = [Guess("train.table", "train.csv", "CLASS_FOLDERS", {"classes": len(by_label), "rows": len(pairs)})]
    guesses.append(Guess("id", id_column, "ID_PATH"))
    if found.val:
        val = {path for path, _ in found.val}
        columns["split"] = tuple("val" if path in val else "train" for path, _ in pairs)
        guesses.append(Guess("train.table", "train.csv", "VAL_MERGED", {"train": len(found.train), "val": len(found.val)}))
    if found.loose:
        values = {"count": len(found.loose), "first": found.loose[0]}
        guesses.append(Guess("train.table", "train.csv", "LOOSE_IMAGES", values))
    new_files = {"train.csv": write_rows(columns)}
    test = lay_out_rest(places, found, index, roles, id_column, label_column, new_files, test_image)
    return Layout(
        RowSource(places.in_folder("train.csv"), template_text(places.prefix) + f"{{{id_column}}}"),
        test.source,
        id_column,
        columns,
        test.columns,
        frozenset({id_column, "split"}),
        roles.sample,
        None,
        label_column,
        new_files,
        (*guesses, *test.guesses),
    )


def lay_out_rest(
    places: Places,
    found: ClassFolders,
    index: ImageIndex,
    roles: Roles,
    id_column: str,
    label_column: str,
    new_files: dict[str, str],
    test_image: str | None,
) -> UnlabelledRows:
    """The test rows beside class folders."""
    table: HostTable | None = roles.test or roles.sample
    if table is not None and (table.matches or test_image):
        form = roles.test is None
        return rows_of_table(places, index, table, id_column, new_files=new_files, image=test_image, is_form=form)
    if found.test and not found.unlabelled:
        pairs = sorted(found.test)
        rows = {id_column: [path for path, _ in pairs], label_column: [label for _, label in pairs]}
        new_files["test.csv"] = write_rows(rows)
        source = RowSource(places.in_folder("test.csv"), template_text(places.prefix) + f"{{{id_column}}}")
        return UnlabelledRows(source, None, (Guess("test.table", "test.csv", "TEST_LABELLED", {"rows": len(pairs)}),))
    if images := sorted([path for path, _ in found.test] + found.unlabelled):
        # Whole paths, as in the train table: names alone may repeat, and one template then serves both.
        new_files["test.csv"] = write_rows({id_column: images})
        source = RowSource(places.in_folder("test.csv"), template_text(places.prefix) + f"{{{id_column}}}")
        return UnlabelledRows(source, None, (Guess("test.table", "test.csv", "TEST_FROM_FOLDER", {"rows": len(images)}),))
    return UnlabelledRows(None)
