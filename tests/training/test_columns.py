"""Columns beside the image, against scikit-learn, and a table that decides the label."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tests.tiny import RECIPE, write_competition

from tamesu import workflow
from tamesu.artifacts.recipe import ColumnInput
from tamesu.artifacts.run import Run
from tamesu.errors import InputError
from tamesu.preparation import prepare
from tamesu.probing import find_lr
from tamesu.progress import Silent
from tamesu.running import load_material, open_run
from tamesu.training.columns import ColumnNet, fit_columns, is_skewed, read_fitted, straighten
from tamesu.training.fold import FoldRows, predict_source
from tamesu.training.job import load_network, open_job
from tamesu.training.material import Source

RNG = np.random.default_rng(4)
AGES = RNG.normal(50, 20, 30)
KINDS = RNG.choice(["雄", "雌", "不明"], 30)
TABLE = {"age": tuple(f"{age:.6f}" for age in AGES), "sex": tuple(KINDS.tolist())}
FOLD = np.arange(0, 30, 2)


def test_scaled_and_one_hot_as_scikit_learn_does() -> None:
    fitted = fit_columns(ColumnInput(numeric=["age"], category=["sex"], skew="none"), TABLE, FOLD)
    numbers = fitted.transform(TABLE)
    ages = np.round(AGES, 6)[:, None]
    np.testing.assert_allclose(numbers[:, 0], StandardScaler().fit(ages[FOLD]).transform(ages)[:, 0], rtol=1e-4)
    assert not numbers[:, 1].any()
    encoder = OneHotEncoder(sparse_output=False, handle_unknown="ignore").fit(KINDS[FOLD][:, None])
    np.testing.assert_array_equal(numbers[:, 2:], encoder.transform(KINDS[:, None]))
    assert numbers.shape == (30, fitted.width)
    again = read_fitted(fitted.plain())
    assert again is not None and np.array_equal(again.transform(TABLE), numbers)


def test_what_is_missing_is_the_mean_and_says_so_and_a_new_text_is_none() -> None:
    fitted = fit_columns(ColumnInput(numeric=["age"], category=["sex"]), TABLE, FOLD)
    numbers = fitted.transform({"age": ("", "1e9"), "sex": ("", "新")})
    np.testing.assert_array_equal(numbers, [[0, 1, 0, 0, 0], [5, 0, 0, 0, 0]])


def test_a_column_that_is_never_there_does_no_harm() -> None:
    fitted = fit_columns(ColumnInput(numeric=["age"]), {"age": ("", "", "")}, np.arange(3))
    np.testing.assert_array_equal(fitted.transform({"age": ("", "7")}), [[0, 1], [5, 0]])


def test_a_fold_that_knows_no_text_of_the_only_column_sees_the_image_alone() -> None:
    fitted = fit_columns(ColumnInput(category=["sex"]), {"sex": ("", "", "雄")}, np.arange(2))
    numbers = fitted.transform({"sex": ("雄", "雌", "")})
    np.testing.assert_array_equal(numbers, np.zeros((3, fitted.width)))
    assert ColumnNet(fitted.width, 16, 0.0)(torch.from_numpy(numbers)).tolist() == [[0.0] * 16] * 3


def test_skewed_columns_are_taken_by_their_logarithm() -> None:
    prices = np.exp(RNG.normal(5, 2, 500))
    assert is_skewed(prices) and not is_skewed(np.log(prices)) and not is_skewed(-prices)
    np.testing.assert_allclose(straighten(np.array([-3.0, 0.0, 3.0]), True), [-np.log(4), 0, np.log(4)])
    table = {"price": tuple(map(repr, prices.tolist()))}
    auto, plain = (
        fit_columns(ColumnInput(numeric=["price"], skew=skew), table, np.arange(500)).transform(table)[:, 0]
        for skew in ("auto", "none")
    )
    # 500 normal values spread evenly; untouched, most of them stand at one place.
    assert np.quantile(auto, 0.75) - np.quantile(auto, 0.25) > 3 * (np.quantile(plain, 0.75) - np.quantile(plain, 0.25))


def test_two_columns_and_fifty_give_as_many_features() -> None:
    assert [ColumnNet(numbers, 16, 0.0)(torch.zeros(3, numbers)).shape for numbers in (2, 50)] == [(3, 16)] * 2


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """The tiny competition with a column that gives the label away, and a second one that is empty now and then."""
    folder = write_competition(tmp_path / "c", columns={"numeric": ["number"], "category": ["hint"]}, epochs=8)
    for part in ("train", "test"):
        path = folder / "data" / f"{part}.csv"
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        hinted = [f"{row},{'xyz'[int(row[:3]) % 3]},{'' if int(row[:3]) % 4 == 0 else int(row[:3])}" for row in rows]
        path.write_text("\n".join([f"{head},hint,number", *hinted]) + "\n", encoding="utf-8")
    return folder


def test_the_network_reads_the_table_and_remembers_how(told: Path) -> None:
    run = workflow.train("base", folder=told, workers=0)
    job = run.jobs()[0]
    network, _ = load_network(run, job)
    assert network.columns is not None and network.columns.category == {"hint": ["x", "y", "z"]}
    assert sorted(run.predictions(job, "test").outputs) == ["kind", "size"]
    with pytest.raises(InputError) as caught:
        workflow.predict(run.name, folder=told, images=told / "data" / "test")
    assert caught.value.codes == ("COLUMNS_NO_TABLE",)
    # Another cell in the table is another run.
    path = told / "data" / "train.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",x,", ",w,", 1), encoding="utf-8")
    assert workflow.train("base", folder=told, workers=0, quick=True).name != run.name
    assert isinstance(run, Run)


def test_test_rows_are_judged_by_their_own_cells(told: Path) -> None:
    prepared = prepare(told, "base")
    run, cpu = open_run(prepared), torch.device("cpu")
    material = load_material(prepared, run, 1, 1 << 20, Silent())
    assert material.test is not None
    opened = open_job(material, run.jobs()[0], cpu)

    def tell(source: Source, rows: FoldRows) -> np.ndarray:
        said = predict_source(material, rows, source, np.arange(12), opened.network.eval(), cpu, nullcontext, material.views)
        return said["kind"]

    own = tell(material.test, opened.rows)
    assert opened.rows.numbers is not None
    of_train = replace(opened.rows, numbers=np.zeros_like(opened.rows.numbers))
    np.testing.assert_array_equal(tell(material.test, of_train), own)
    cells = material.test.rows.columns | {"hint": ("x",) * 12}
    others = replace(material.test, rows=replace(material.test.rows, columns=cells))
    changed = np.abs(tell(others, opened.rows) - own).max(axis=1) > 0
    assert changed.tolist() == [hint != "x" for hint in material.test.rows.columns["hint"]]


def test_probes_and_the_memory_test_see_the_columns_too(told: Path) -> None:
    assert find_lr("base", folder=told, steps=20).curve is not None
    # The columns give the label away, so two rows are soon known by heart.
    assert workflow.overfit("base", count=2, folder=told)


@pytest.mark.parametrize(
    ("columns", "code", "key"),
    [
        ({"numeric": ["size"]}, "COLUMNS_TARGET", "columns.numeric"),
        ({"category": ["hint", "hnit"]}, "COLUMNS_MISSING", "columns.category"),
        ({"numeric": ["hint"]}, "COLUMNS_NUMBER", "columns.numeric"),
        ({}, "COLUMNS_EMPTY", "columns"),
        ({"category": ["hint"]}, "COLUMNS_MANY", "columns.category"),
    ],
)
def test_columns_that_cannot_be_read_are_refused(
    told: Path, monkeypatch: pytest.MonkeyPatch, columns: dict[str, list[str]], code: str, key: str
) -> None:
    # The hint has three texts.
    monkeypatch.setattr("tamesu.learnable.MOST_TEXTS", 2)
    recipe = RECIPE | {"columns": columns}
    (told / "recipes" / "base.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        workflow.train("base", folder=told)
    assert code in caught.value.codes
    assert any(key in str(fault.where) for fault in caught.value.faults)


def test_the_answer_among_the_columns_is_told_once(told: Path) -> None:
    # The test table has no such column, which follows and is no news.
    (told / "recipes" / "base.yaml").write_text(yaml.safe_dump(RECIPE | {"columns": {"numeric": ["size"]}}), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        workflow.train("base", folder=told)
    assert caught.value.codes == ("COLUMNS_TARGET",)
