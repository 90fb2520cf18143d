from __future__ import annotations

import numpy as np
import pytest
import torch

from tamesu.errors import InputError
from tamesu.penalties import Conservation


def test_water_that_flows_in_flows_out_or_stays() -> None:
    inflow, outflow, storage = np.array([5.0, 2.0, 1.0]), np.array([3.0, 2.5, 0.0]), np.array([2.0, -0.5, 4.0])
    law = Conservation(expression="(inflow - outflow - storage)**2", scale=2.0)
    fields = {
        "inflow": torch.tensor(inflow),
        "outflow": torch.tensor(outflow)[:, None],
        "storage": torch.tensor(storage)[:, None],
    }
    np.testing.assert_allclose(law(fields, None).numpy(), (inflow - outflow - storage) ** 2 / 2.0)
    assert law.reads() == ("inflow", "outflow", "storage")


def test_training_finds_outputs_that_keep_the_law() -> None:
    law = Conservation(expression="(a + b - total)**2 + (a - b)**2")
    a, b = (torch.zeros(1, 1, requires_grad=True) for _ in range(2))
    for _ in range(30):
        values = law({"a": a, "b": b, "total": torch.tensor([3.0])}, None)
        slopes = torch.autograd.grad(values.sum(), (a, b))
        with torch.no_grad():
            a -= 0.1 * slopes[0]
            b -= 0.1 * slopes[1]
    assert a.item() == pytest.approx(1.5, abs=1e-4) and b.item() == pytest.approx(1.5, abs=1e-4)


def test_a_missing_column_where_the_formula_would_be_infinite() -> None:
    law = Conservation(expression="(a / log(column))**2")
    a = torch.tensor([[1.0], [1.0], [1.0]], requires_grad=True)
    values = law({"a": a, "column": torch.tensor([np.e, np.nan, np.e], dtype=torch.float32)}, None)
    values.sum().backward()
    assert values.tolist() == pytest.approx([1.0, 0.0, 1.0])
    assert a.grad is not None and a.grad[:, 0].tolist() == pytest.approx([2.0, 0.0, 2.0])


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("inflow - outflow", "FORMULA_BELOW_ZERO"),
        ("2**2", "FORMULA_NO_OUTPUT"),
        ("__import__('os')", "FORMULA_FORBIDDEN"),
        ("(a - b", "FORMULA_SYNTAX"),
    ],
)
def test_what_is_no_law_is_refused(expression: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        Conservation(expression=expression)
    assert caught.value.codes == (code,)
    assert caught.value.faults[0].where.key == "expression"
