"""Random numbers as a function, against splitmix64 in plain Python and against the uniform distribution."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tamesu.augmentations.random import counters, make_key, mix, sample_keys, uniforms, uniforms_at

ALL = (1 << 64) - 1


def reference_mix(number: int) -> int:
    """The finaliser of splitmix64 as in Vigna's splitmix64.c, in Python's own integers."""
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & ALL
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & ALL
    return number ^ (number >> 31)


def reference_uniform(key: int, sample: int, place: int) -> float:
    row = reference_mix(sample ^ reference_mix((key + 0x9E3779B97F4A7C15) & ALL))
    return (reference_mix((row + place) & ALL) >> 11) / 2**53


@given(st.integers(0, ALL), st.lists(st.integers(0, ALL), min_size=1, max_size=4), st.integers(0, ALL))
@settings(max_examples=50, deadline=None)
def test_uniforms_against_plain_integers(key, samples, stream):
    drawn = uniforms_at(key, np.array(samples, np.uint64), counters(stream, 3))
    for i, sample in enumerate(samples):
        expected = [reference_uniform(key, sample, (stream + j * 0x9E3779B97F4A7C15) & ALL) for j in (1, 2, 3)]
        assert drawn[i].tolist() == expected


def test_mix_gives_the_published_sequence_of_splitmix64():
    # The first outputs of splitmix64 seeded with 1234567, as printed by rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64.
    state = (1234567 + np.arange(1, 6, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)).astype(np.uint64)
    assert mix(state).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_make_key_is_blake2b_of_the_values_with_their_kind_and_length():
    written = b"s5:epochi1:7s2:\xc3\xa9i2:-3"
    assert make_key("epoch", 7, "é", -3) == int.from_bytes(hashlib.blake2b(written, digest_size=8).digest(), "little")


@pytest.mark.parametrize(
    ("a", "b"), [(("1",), (1,)), (("ab", "c"), ("a", "bc")), ((1, 2), (2, 1)), ((), ("",)), ((1,), (1, 0))]
)
def test_keys_of_different_values_differ(a, b):
    assert make_key(*a) != make_key(*b)


def test_keys_are_the_same_in_another_process():
    code = "from tamesu.augmentations.random import *\n"
    code += "print(make_key('a', 1), uniforms(9, sample_keys(['猫', '007']), 2).tolist())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8").stdout
    assert told.strip() == f"{make_key('a', 1)} {uniforms(9, sample_keys(['猫', '007']), 2).tolist()}"


def test_ids_that_look_alike_have_keys_of_their_own():
    ids = ["7", "07", "007", "7 ", "が", "か\u3099", "", "\udc80"]
    assert len(set(sample_keys(ids).tolist())) == len(ids)
    assert sample_keys([]).shape == (0,)


@pytest.mark.parametrize("key", [0, 1, 2, ALL])
def test_uniform_distribution_of_each_column(key):
    drawn = uniforms(key, sample_keys([str(i) for i in range(4000)]), 5)
    assert drawn.min() >= 0 and drawn.max() < 1
    # 20 tests in all: one false alarm in 5,000 runs, and these never change.
    assert min(stats.kstest(column, "uniform").pvalue for column in drawn.T) > 1e-5
    assert stats.kstest(drawn.ravel(), "uniform").pvalue > 1e-5


def test_uniform_distribution_over_keys_and_over_bare_counters():
    over_keys = np.array([uniforms(key, np.zeros(1, np.uint64), 2)[0] for key in range(3000)])
    over_samples = uniforms(0, np.arange(3000, dtype=np.uint64), 2)
    assert all(stats.kstest(values, "uniform").pvalue > 1e-4 for values in (*over_keys.T, *over_samples.T))


def test_streams_are_not_correlated():
    samples = sample_keys([str(i) for i in range(20_000)])
    streams = [uniforms_at(key, samples, counters(stream, 2)) for key in (0, 1) for stream in (0, 1, make_key("a"))]
    table = np.corrcoef(np.concatenate(streams, axis=1).T)
    # The standard error of a correlation is 1/sqrt(20,000) = 0.007; 66 pairs.
    assert np.abs(table - np.eye(len(table))).max() < 0.03
    column = streams[0][:, 0]
    assert abs(np.corrcoef(column[1:], column[:-1])[0, 1]) < 0.03


def test_every_bit_is_even():
    bits = (uniforms(3, sample_keys([str(i) for i in range(20_000)]), 1)[:, 0] * 2**53).astype(np.uint64)
    shares = [(bits >> np.uint64(i) & np.uint64(1)).mean() for i in range(53)]
    assert np.abs(np.array(shares) - 0.5).max() < 0.02


@given(st.permutations(list(range(12))), st.integers(1, 12))
@settings(max_examples=30, deadline=None)
def test_a_row_depends_on_its_sample_alone(order, count):
    keys = sample_keys([f"id{i}" for i in range(12)])
    chosen = order[:count]
    assert (uniforms(4, keys[chosen], 3) == uniforms(4, keys, 3)[chosen]).all()


def test_more_numbers_do_not_change_the_first_ones():
    keys = sample_keys(["a", "b"])
    assert (uniforms(1, keys, 7)[:, :3] == uniforms(1, keys, 3)).all()
