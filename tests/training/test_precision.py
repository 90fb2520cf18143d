from __future__ import annotations

import torch

from tamesu.training import precision
from tamesu.training.job import make_network
from tamesu.training.precision import make_autocast, measure_precision


def test_measuring_changes_no_weight(open_job) -> None:
    material, job = open_job()
    network = make_network(material.run, job)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert measure_precision(network, size_px=16, batch_size=4, device=torch.device("cpu")) in ("fp32", "bf16")
    torch.testing.assert_close(dict(network.state_dict()), before, rtol=0, atol=0)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_bf16_is_taken_only_where_it_pays_visibly(open_job, monkeypatch) -> None:
    material, job = open_job()
    network = make_network(material.run, job)
    for fp32, bf16, expected in ((1.0, 0.5, "bf16"), (1.0, 0.9, "fp32"), (1.0, 8.0, "fp32"), (1.15, 1.0, "bf16")):
        calls = iter([fp32, fp32, fp32, bf16, bf16, bf16])
        monkeypatch.setattr(precision, "time_step", lambda *_words, calls=calls: next(calls))
        assert measure_precision(network, size_px=16, batch_size=4, device=torch.device("cpu")) == expected


def test_autocast_computes_in_the_chosen_format() -> None:
    layer = torch.nn.Linear(4, 4)
    for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        with make_autocast(name, torch.device("cpu"))():
            assert layer(torch.randn(2, 4)).dtype == dtype
