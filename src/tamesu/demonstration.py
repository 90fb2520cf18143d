"""The demo: the whole road on real handwritten digits, each step with the command a user would type."""

from __future__ import annotations

from pathlib import Path

from tamesu import workflow
from tamesu.artifacts.tables import read_table
from tamesu.errors import Where, raise_faults
from tamesu.intake.digits import write_digits
from tamesu.messages import choose_language
from tamesu.messages.phrases import phrase
from tamesu.progress import Reporter, Silent
from tamesu.report import format_sentence
from tamesu.trying import try_ideas

# Few enough that the baseline leaves something to be won: CV 0.95 on 300 digits; 40 epochs reach 0.98.
EPOCHS = 12

# Of the queue that `init` writes: quick ones, a classic that is wrong for digits among them.
DEMO_IDEAS = ("smoothing", "flip", "rotate", "longer")
SEEDS = 3


def demo(folder: str | Path = "demo", *, train_rows: int = 300, reporter: Reporter | None = None) -> float | None:
    """The whole road on real handwritten digits, each step with the command a user would type.

    Args:
        folder: made when it is not there; a second demo in it goes on from what is done.
        train_rows: how many of the 1,797 digits are trained on; the rest are the test rows.
        reporter: told every step.

    Returns:
        The accuracy of the submission on the test rows' true labels, or None when all digits are trained on.
    """
    folder, reporter = Path(folder), reporter or Silent()

    def step(command: str) -> None:
        reporter.say("")
        reporter.say(f"$ {command}")

    reporter.say(phrase("demo_start", train=train_rows, test=1797 - train_rows))
    folder.mkdir(parents=True, exist_ok=True)
    files = write_digits(folder, train_rows)
    step(f"tamesu init {folder} --backbone test_resnet --weights none --size 32 --epochs {EPOCHS}")
    if (folder / "competition.yaml").exists():
        reporter.say(phrase("demo_again", path=folder / "competition.yaml"))
    else:
        workflow.init(folder, backbone="test_resnet", weights="none", size_px=32, epochs=EPOCHS, reporter=reporter)
    step(f"tamesu check {folder}")
    faults = workflow.check(folder)
    raise_faults(faults)
    reporter.say(phrase("no_faults", folder=folder))
    step(f"tamesu train base --folder {folder}")
    run = workflow.train("base", folder=folder, reporter=reporter)
    step(f"tamesu try base {' '.join(DEMO_IDEAS)} --seeds {SEEDS} --no-stack --folder {folder}")
    try_ideas("base", DEMO_IDEAS, folder=folder, seeds=SEEDS, stack=False, reporter=reporter)
    private = None
    if files.private is not None:
        step(f"tamesu submit --folder {folder}")
        submission = workflow.submit(run.name, folder=folder, reporter=reporter)
        private = score_private(submission, files.private)
    step(f"tamesu report --folder {folder}")
    page = workflow.report(run.name, folder=folder, reporter=reporter)
    reporter.say("")
    scores = workflow.score(run.name, folder=folder)
    reporter.say(format_sentence(scores, choose_language()))
    if private is not None:
        reporter.say(phrase("demo_private", score=private, rows=1797 - train_rows))
    reporter.say(phrase("demo_look", page=page, folder=folder))
    return private


def score_private(submission: Path, truth: Path) -> float:
    """The share of a submission's labels that are the true ones, joined by id."""
    said, true = read_table(submission), read_table(truth)
    labels = dict(zip(true.column("id", Where(truth)), true.column("label", Where(truth)), strict=True))
    pairs = zip(said.column("id", Where(submission)), said.column("label", Where(submission)), strict=True)
    right = [labels[row] == label for row, label in pairs]
    return sum(right) / len(right)
