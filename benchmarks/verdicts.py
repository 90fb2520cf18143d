"""Are the verdicts true? Part 1: simulated scores. Part 2: real A/A trials. Part 3: real known answers.

    python benchmarks/verdicts.py simulate            part 1, a few minutes, one core
    python benchmarks/verdicts.py same RUN [RUN ...]  part 2, on runs trained with many seeds (see benchmarks/README.md)

Part 3 is `benchmarks/known_answers.py`.

The simulated world. A score is its fold's level, plus what the idea does, plus what the idea does *on this fold's rows*
(correlated between folds as training rows are shared: 1 / k), plus the seed's noise. Sizes are given in units of the seed's
noise on one job, and their ratios were taken from real runs (`sizes` prints them). The judge is tamesu's own: `race.look`,
`verdict.last_look`, pair by pair, as in `tamesu try`.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from tamesu.artifacts.dataset import load_train
from tamesu.artifacts.loading import load_competition
from tamesu.artifacts.run import Run
from tamesu.artifacts.verdict import Pair
from tamesu.results.noise import Noise
from tamesu.results.posterior import LEVEL
from tamesu.results.race import Plan, expect_false_keeps, judge, last_look, look

FOLDS = 5
GRID_SEEDS = 5
RACE_SEEDS = 6
IDEAS, REAL = 20, 4

# Measured on 200 digits (`sizes`): images, the share of them that two seeds of one recipe judge differently, the seed's noise.
IMAGES, DIFFERING, JOB_NOISE = 200, 0.18, 0.060


@dataclass(frozen=True)
class World:
    """Sizes of effects, in units of the seed's noise on one job.

    Attributes:
        fold: spread of the folds' levels; pairs do not feel it.
        rows: spread, over folds, of what an idea does on a fold's rows.
    """

    fold: float = 0.3
    rows: float = 0.4


def draw_scores(world: World, gains: Sequence[float], seeds: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a baseline, (folds, seeds), and of ideas, (ideas, folds, seeds)."""
    level = world.fold * rng.normal(size=(FOLDS, 1))
    baseline = level + rng.normal(size=(FOLDS, seeds))
    shared, own = rng.normal(size=(len(gains), 1, 1)), rng.normal(size=(len(gains), FOLDS, 1))
    on_rows = world.rows * (math.sqrt(1 / FOLDS) * shared + math.sqrt(1 - 1 / FOLDS) * own)
    ideas = level + np.asarray(gains)[:, None, None] + on_rows + rng.normal(size=(len(gains), FOLDS, seeds))
    return baseline, ideas


def make_plan(seeds: int, baseline: np.ndarray) -> Plan:
    """The plan as `try` makes it: the noise floor is measured on two seeds of the baseline."""
    job = float(np.sqrt(baseline[:, :2].var(axis=1, ddof=1).mean()))
    noise = Noise("score", job, job / math.sqrt(FOLDS), FOLDS, [0, 1])
    return Plan(FOLDS, 1, tuple(range(seeds)), LEVEL, noise.rope, 1 / (FOLDS - 1), noise)


def pair(baseline: np.ndarray, idea: np.ndarray, key: tuple[int, int, int]) -> Pair:
    _, fold, seed = key
    before, after = float(baseline[fold, seed]), float(idea[fold, seed])
    return Pair(repeat=0, fold=fold, seed=seed, baseline=before, idea=after, gain=after - before)


def run_grid(baseline: np.ndarray, idea: np.ndarray, plan: Plan) -> tuple[str, float]:
    """The verdict on all pairs of a grid, and the probability of better."""
    pairs = [pair(baseline, idea, key) for block in plan.blocks() for key in block]
    seen = last_look(judge(pairs, plan), plan)
    return str(seen.word), seen.better


def run_race(baseline: np.ndarray, idea: np.ndarray, plan: Plan) -> tuple[str, float, int, float]:
    """The verdict a race reaches, the probability of better, the pairs bought, and the chance at which it was stopped."""
    pairs: list[Pair] = []
    for block in plan.blocks():
        pairs += [pair(baseline, idea, key) for key in block]
        seen = look(pairs, plan)
        if seen.word is not None:
            return seen.word, seen.better, len(pairs), seen.chance or 0.0
    raise AssertionError("the last look decides")


# What people do today. Each takes the scores and answers whether they would keep the idea.


def one_split_one_seed(baseline: np.ndarray, idea: np.ndarray, _rng: np.random.Generator) -> bool:
    """One fold, one seed, the larger number wins."""
    return bool(idea[0, 0] > baseline[0, 0])


def best_epoch(baseline: np.ndarray, idea: np.ndarray, rng: np.random.Generator) -> bool:
    """One cross-validation; on each fold the best of the last five epochs is taken, for both; the larger mean wins.

    Neighbouring epochs are taken to differ by half of what seeds do.
    """
    best = [(side[:, 0][:, None] + 0.5 * rng.normal(size=(FOLDS, 5))).max(axis=1).mean() for side in (baseline, idea)]
    return bool(best[1] > best[0])


def plain_t_test(baseline: np.ndarray, idea: np.ndarray, _rng: np.random.Generator) -> bool:
    """Paired t-test over the folds of one cross-validation, uncorrected, p < 0.05, one-sided as a keep is."""
    return bool(stats.ttest_rel(idea[:, 0], baseline[:, 0], alternative="greater").pvalue < 0.05)


def mcnemar(baseline: np.ndarray, idea: np.ndarray, _rng: np.random.Generator) -> bool:
    """McNemar's test over all out-of-fold images of one cross-validation, exact, one-sided, p < 0.05.

    The scores are accuracies here, of the size that `sizes` prints for 200 digits: see IMAGES, DIFFERING, JOB_NOISE.
    """
    differing = round(DIFFERING * IMAGES)
    gain = float((idea[:, 0] - baseline[:, 0]).mean()) * JOB_NOISE * IMAGES
    won = int(np.clip(round((differing + gain) / 2), 0, differing))
    return bool(stats.binomtest(won, differing, 0.5, alternative="greater").pvalue < 0.05)


HABITS: dict[str, Callable[[np.ndarray, np.ndarray, np.random.Generator], bool]] = {
    "one split, one seed": one_split_one_seed,
    "best epoch on the scored fold": best_epoch,
    "paired t-test over folds, uncorrected": plain_t_test,
    "McNemar over the images of one run": mcnemar,
}


def wilson(hits: int, n: int) -> str:
    """A share with its 95 % interval (Wilson)."""
    found = stats.binomtest(hits, n).proportion_ci(method="wilson")
    return f"{100 * hits / n:5.2f} % [{100 * found.low:.2f}, {100 * found.high:.2f}]"


def simulate(comparisons: int, races: int, seed: int) -> None:
    """Print the tables of part 1."""
    for name, world in (
        ("ideas act on rows less than seeds do", World()),
        ("ideas act on rows as much as seeds do", World(rows=1.0)),
        ("rows decide all", World(rows=5.0)),
    ):
        print(f"\n## World: {name} (fold {world.fold}, rows {world.rows}); false keeps at zero effect, n = {comparisons}")
        rng = np.random.default_rng(seed)
        counts = dict.fromkeys(["grid of 25 pairs", "race of up to 30 pairs", *HABITS], 0)
        for _ in range(comparisons):
            baseline, ideas = draw_scores(world, [0.0], RACE_SEEDS, rng)
            counts["grid of 25 pairs"] += run_grid(baseline, ideas[0], make_plan(GRID_SEEDS, baseline))[0] == "keep"
            counts["race of up to 30 pairs"] += run_race(baseline, ideas[0], make_plan(RACE_SEEDS, baseline))[0] == "keep"
            for habit, test in HABITS.items():
                counts[habit] += test(baseline, ideas[0], rng)
        for who, hits in counts.items():
            print(f"{who:40} {wilson(hits, comparisons)}")
    print(f"\n## Power: share kept, by true gain in units of the seed's noise on one job, n = {comparisons // 5} each")
    rng = np.random.default_rng(seed + 1)
    sizes = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
    print(f"{'':40} " + " ".join(f"{size:6.2f}" for size in sizes))
    table: dict[str, list[float]] = {}
    for size in sizes:
        counts = dict.fromkeys(["grid of 25 pairs", "race of up to 30 pairs", *HABITS], 0)
        for _ in range(comparisons // 5):
            baseline, ideas = draw_scores(World(), [size], RACE_SEEDS, rng)
            counts["grid of 25 pairs"] += run_grid(baseline, ideas[0], make_plan(GRID_SEEDS, baseline))[0] == "keep"
            counts["race of up to 30 pairs"] += run_race(baseline, ideas[0], make_plan(RACE_SEEDS, baseline))[0] == "keep"
            for habit, test in HABITS.items():
                counts[habit] += test(baseline, ideas[0], rng)
        for who, hits in counts.items():
            table.setdefault(who, []).append(hits / (comparisons // 5))
    for who, shares in table.items():
        print(f"{who:40} " + " ".join(f"{share:6.2f}" for share in shares))
    simulate_queues(races, seed + 2)


def simulate_queues(races: int, seed: int) -> None:
    """Queues of 20 ideas of which 4 are real: a race beside the full grid."""
    mixes = {
        "1.5, 2, 2.5, 3": (1.5, 2.0, 2.5, 3.0),
        "1, 1, 1, 1": (1.0,) * 4,
        "1.5 each": (1.5,) * 4,
        "2 each": (2.0,) * 4,
        "3 each": (3.0,) * 4,
    }
    print(f"\n## Queues of {IDEAS} ideas, {REAL} of them real, n = {races} each; gains in units of the seed's noise on a job")
    columns = ("gains", "who", "false keeps per useless idea", "real ideas kept", "jobs a queue", "false keeps stated, found")
    print(" | ".join(columns))
    for name, gains in mixes.items():
        rng = np.random.default_rng(seed)
        totals = {who: [0, 0, 0, 0.0, 0.0] for who in ("grid", "race")}
        for _ in range(races):
            baseline, ideas = draw_scores(World(), [*gains, *[0.0] * (IDEAS - REAL)], RACE_SEEDS, rng)
            for who in ("grid", "race"):
                plan = make_plan(GRID_SEEDS if who == "grid" else RACE_SEEDS, baseline)
                kept, jobs, most = [], 0, plan.pairs if who == "grid" else 2 * FOLDS
                for number in range(IDEAS):
                    if who == "grid":
                        word, _ = run_grid(baseline, ideas[number], plan)
                        bought = plan.pairs
                    else:
                        word, _, bought, _ = run_race(baseline, ideas[number], plan)
                    jobs, most = jobs + bought, max(most, bought)
                    if word == "keep":
                        kept.append(number)
                found = totals[who]
                found[0] += sum(number >= REAL for number in kept)
                found[1] += sum(number < REAL for number in kept)
                # The baseline's own jobs: all that any idea was paired with, and the noise floor's two seeds.
                found[2] += jobs + most
                found[3] += expect_false_keeps(len(kept), IDEAS)
        for who, (false, true, jobs, stated, _) in totals.items():
            useless, real = races * (IDEAS - REAL), races * REAL
            ratio = f"  {totals['grid'][2] / jobs:.2f} times fewer" if who == "race" else ""
            print(
                f"{name:17} {who:5} {wilson(int(false), useless):28} {wilson(int(true), real):24} {jobs / races:8.1f}"
                f"{ratio}   {stated / races:.2f}, {false / races:.2f}"
            )


def find_sizes(folder: Path, runs: Sequence[str]) -> None:
    """Fold and seed effects of real runs with many seeds, and how many images two seeds judge differently."""
    train = load_train(folder, load_competition(folder))
    for name in runs:
        run = Run(folder / "runs" / name)
        scores = read_job_scores(run)
        noise = float(np.sqrt(scores.var(axis=1, ddof=1).mean()))
        fold = math.sqrt(max(0.0, scores.mean(axis=1).var(ddof=1) - noise**2 / scores.shape[1]))
        truth = dict(zip(train.ids, train.targets[run.spec.main].values.tolist(), strict=True))
        right = []
        for seed in run.complete_seeds()[:40]:
            oof = run.oof(0, seed)
            told = oof.outputs[run.spec.main].argmax(axis=1)
            right.append([answer == truth[row] for answer, row in zip(told.tolist(), oof.ids, strict=True)])
        differing = float(np.mean([np.not_equal(a, b).mean() for a, b in zip(right[::2], right[1::2], strict=False)]))
        print(
            f"{name}: {scores.shape[1]} seeds, {len(truth)} images; seed noise of a job {noise:.4f}; fold levels ±{fold:.4f} = "
            f"{fold / noise:.2f} noises; two seeds judge {100 * differing:.1f} % of the images differently"
        )


def read_job_scores(run: Run) -> np.ndarray:
    """Scores of all complete seeds, (folds, seeds), as the jobs recorded them."""
    seeds = run.complete_seeds()
    scores = np.full((run.spec.n_splits, len(seeds)), np.nan)
    for place, seed in enumerate(seeds):
        for job in run.jobs([seed]):
            result = run.result(job)
            assert result is not None
            scores[job.fold, place] = np.nan if result.score is None else result.score
    return scores


def compare_with_itself(folder: Path, runs: Sequence[str], seeds: int) -> None:
    """A/A: blocks of seeds of one run, one as the baseline, the next as the idea; nothing differs but the seeds."""
    kept = total = 0
    for name in runs:
        run = Run(folder / "runs" / name)
        scores = read_job_scores(run)
        blocks = scores.shape[1] // (2 * seeds)
        for number in range(blocks):
            first = 2 * seeds * number
            baseline, idea = scores[:, first : first + seeds], scores[:, first + seeds : first + 2 * seeds]
            plan = make_plan(seeds, baseline)
            word, better, pairs, chance = run_race(baseline, idea, plan)
            grid, grid_better = run_grid(baseline, idea, plan)
            gain = float((idea - baseline).mean())
            which = f"seeds {first}-{first + seeds - 1} against {first + seeds}-{first + 2 * seeds - 1}"
            print(
                f"{name[-8:]} {number:02d} {which}: race {word:9} better {better:.3f} pairs {pairs:2d} chance {chance:.3f}; "
                f"all {seeds * FOLDS} pairs: {grid:9} better {grid_better:.3f} gain {gain:+.4f}"
            )
            kept += word == "keep"
            total += 1
    print(json.dumps({"comparisons": total, "false_keeps": kept, "share": wilson(kept, total)}))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts = parser.add_subparsers(dest="part", required=True)
    part = parts.add_parser("simulate")
    part.add_argument("--comparisons", type=int, default=10_000)
    part.add_argument("--queues", type=int, default=1000)
    part.add_argument("--seed", type=int, default=2026)
    for name in ("sizes", "same"):
        part = parts.add_parser(name)
        part.add_argument("folder", type=Path)
        part.add_argument("runs", nargs="+")
        part.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args(argv)
    if options.part == "simulate":
        simulate(options.comparisons, options.queues, options.seed)
    elif options.part == "sizes":
        find_sizes(options.folder, options.runs)
    else:
        compare_with_itself(options.folder, options.runs, options.seeds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
