from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from tests.intake.test_targets import CATS, ONES, SHELF, layout_of

from tamesu.errors import InputError, QuestionError
from tamesu.intake.protocol import Protocol, choose_protocol, count_splits, is_coarser
from tamesu.intake.targets import FoundTarget, find_targets
from tamesu.metrics import METRICS
from tamesu.splitters import SPLITTERS

Columns = Mapping[str, Sequence[str]]


def judge(columns: Columns, form: Columns | None = None, **wishes: str) -> Protocol:
    layout = layout_of(columns, form)
    found = choose_protocol(layout, find_targets(layout), **wishes)
    assert found.splitter in SPLITTERS and found.metric in METRICS
    return found


NUMBERS = [f"{n}.5" for n in range(12)]
NUMBERS_1, NUMBERS_2 = [f"{n / 16}" for n in range(12)], [f"{1 - n / 16}" for n in range(12)]
TAGS = ["a b", "a", "b", "a b c", "c", "c a"] * 2


@pytest.mark.parametrize(
    ("columns", "form", "metric", "splitter"),
    [
        ({"label": CATS}, None, "accuracy", "stratified_kfold"),
        ({"tags": TAGS}, None, "f1_macro", "multilabel_stratified_kfold"),
        ({"price": NUMBERS}, None, "rmse", "kfold"),
        ({"label": ONES}, {"label": ["0.5", "0.5"]}, "roc_auc", "stratified_kfold"),
        ({"label": ONES}, {"label": ["0", "1"]}, "accuracy", "stratified_kfold"),
        ({"label": CATS}, {"label": ["cat"]}, "accuracy", "stratified_kfold"),
        ({"where": SHELF}, {"a": ["0.3"], "b": ["0.3"], "c": ["0.4"]}, "log_loss", "stratified_kfold"),
        ({"where": SHELF}, {"a": ["0"], "b": ["0"], "c": ["0"]}, "log_loss", "stratified_kfold"),
        ({"where": SHELF}, {"a": ["0", "1"], "b": ["1", "0"], "c": ["0", "0"]}, "accuracy", "stratified_kfold"),
        ({"診断": ["軽症", "重症", "中等症"] * 4}, None, "quadratic_kappa", "stratified_kfold"),
        ({"label": [f"w{n // 2}" for n in range(220)]}, None, "map_at_k", "stratified_kfold"),
        ({"a": NUMBERS_1, "b": NUMBERS_2}, None, "kl_divergence", "stratified_kfold"),
        ({"a": NUMBERS_1, "b": NUMBERS_2}, {"a": ["0.5"], "b": ["0.5"]}, "kl_divergence", "stratified_kfold"),
        ({"tags": TAGS}, {"a": ["0.5"], "b": ["0.5"], "c": ["0.5"]}, "roc_auc", "multilabel_stratified_kfold"),
    ],
)
def test_metric_and_splitter(columns: Columns, form: Columns | None, metric: str, splitter: str) -> None:
    found = judge(columns, form)
    assert (found.metric, found.splitter) == (metric, splitter)


def test_the_users_metric() -> None:
    assert judge({"label": CATS}, metric="log_loss").metric == "log_loss"


PATIENTS = [f"p{n // 2}" for n in range(12)]


@pytest.mark.parametrize(
    ("target", "splitter"), [("label", "stratified_group_kfold"), ("tags", "group_kfold"), ("price", "group_kfold")]
)
def test_groups(target: str, splitter: str) -> None:
    cells = {"label": CATS, "tags": TAGS, "price": NUMBERS}[target]
    found = judge({target: cells, "患者ID": PATIENTS})
    assert (found.groups, found.splitter) == ("患者ID", splitter)


def test_no_groups_of_classes_single_rows_or_other_names() -> None:
    assert judge({"label": CATS, "animal": CATS}).groups is None, "it would leak the label"
    assert judge({"label": SHELF, "group": [cell * 2 for cell in SHELF]}).groups is None
    assert judge({"label": CATS, "patient": [f"p{n}" for n in range(12)]}).groups is None
    assert judge({"label": CATS, "camera": PATIENTS}).groups is None
    assert judge({"label": CATS, "camera": PATIENTS}, groups="camera").groups == "camera"


def test_the_wider_of_nested_groups() -> None:
    sessions = [f"s{n // 2}" for n in range(12)]
    people = [f"p{n // 4}" for n in range(12)]
    found = judge({"label": CATS, "session": sessions, "person": people})
    assert found.groups == "person" and found.n_splits == 3
    crossed = ["x", "y", "z"] * 4
    with pytest.raises(QuestionError) as error:
        judge({"label": CATS, "session": crossed, "person": people})
    assert error.value.codes == ("INTAKE_WHICH_GROUPS",)
    assert judge({"label": CATS, "session": crossed, "person": people}, groups="session").groups == "session"
    assert is_coarser(people, sessions) and not is_coarser(sessions, people)


def test_unknown_groups() -> None:
    with pytest.raises(InputError) as error:
        judge({"label": CATS, "camera": PATIENTS}, groups="camra")
    assert error.value.faults[0].near == "camera"


@pytest.mark.parametrize(
    ("counts", "rows", "groups", "n_splits", "code"),
    [
        ({"a": 9, "b": 5}, 14, None, 5, "FOLDS_FIVE"),
        ({"a": 9, "b": 3}, 12, None, 3, "FOLDS_SMALL_CLASS"),
        ({"a": 9, "b": 1}, 10, None, 5, "FOLDS_FIVE"),  # no number of folds helps a class of one
        ({"a": 1, "b": 1}, 2, None, 2, "FOLDS_FEW_ROWS"),
        ({"a": 90, "b": 90}, 180, 4, 4, "FOLDS_FEW_GROUPS"),
    ],
)
def test_folds(counts: dict[str, int], rows: int, groups: int | None, n_splits: int, code: str) -> None:
    target = FoundTarget("label", "class", "label", (), None, tuple(counts), counts)
    found, (guess,) = count_splits(target, rows, groups)
    assert (found, guess.code) == (n_splits, code)


def test_groups_and_folds_of_the_newer_kinds() -> None:
    grades = judge({"診断": ["軽症", "重症", "中等症"] * 4, "患者ID": PATIENTS})
    assert (grades.groups, grades.splitter) == ("患者ID", "stratified_group_kfold")
    shares = judge({"a": NUMBERS_1, "b": NUMBERS_2, "患者ID": PATIENTS})
    assert (shares.groups, shares.splitter) == ("患者ID", "stratified_group_kfold")
    assert judge({"診断": ["軽症", "重症", "中等症"] * 4, "group": ["a", "c", "b"] * 4}).groups is None, "it repeats the labels"
    # Two rows of every individual: folds are not made fewer for it.
    assert judge({"label": [f"w{n // 2}" for n in range(220)]}).n_splits == 5
    assert count_splits(FoundTarget("g", "ordinal", "g", counts={"a": 3, "b": 9}), 12, None)[0] == 3
