from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tamesu.artifacts.latency import FILE, Latency, Place, keep_latency, read_latencies

HERE = Place("cpu", "AMD <EPYC> 猫", 2, "2.10.0")
ONE = Latency(HERE, "d" * 64, 5.5, 6.5, 40, "fp32", 224, 4, 5, 1000, 0.004)


def test_each_place_keeps_its_newest_measurement(tmp_path: Path) -> None:
    assert read_latencies(tmp_path) == []
    gpu = replace(ONE, place=Place("cuda", "H100", 2, "2.10.0"), median_ms=0.9)
    for one in (gpu, replace(ONE, median_ms=99.0), ONE):
        keep_latency(tmp_path, one)
    assert read_latencies(tmp_path) == [ONE, gpu]
    assert ONE.image_ms == 22.0 and not ONE.wanders and replace(ONE, p90_ms=8.5).wanders


def test_the_order_of_measuring_changes_no_byte(tmp_path: Path) -> None:
    others = [replace(ONE, place=replace(HERE, threads=threads)) for threads in (1, 2, 4)]
    for folder, latencies in (("a", others), ("b", others[::-1])):
        (tmp_path / folder).mkdir()
        for one in latencies:
            keep_latency(tmp_path / folder, one)
    assert (tmp_path / "a" / FILE).read_bytes() == (tmp_path / "b" / FILE).read_bytes()


def test_a_changed_file_is_as_good_as_none(tmp_path: Path) -> None:
    keep_latency(tmp_path, ONE)
    content = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(content.replace(b"5.5", b"0.5"))
    assert read_latencies(tmp_path) == []
    (tmp_path / FILE).write_bytes(b"{")
    assert read_latencies(tmp_path) == []
