"""The command line: one sub-command a verb. Parses, calls `tamesu.workflow`, prints; nothing is decided here."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from tamesu import __version__
from tamesu.allocation import keep_memory
from tamesu.cli_audit import audit
from tamesu.cli_explain import explain
from tamesu.cli_options import ACCEPT, DEVICE, FOLDER, FORCE, PARALLEL, make_reporter
from tamesu.cli_probing import batch, lr
from tamesu.cli_report import report
from tamesu.cli_showing import compare, history
from tamesu.cli_speed import speed
from tamesu.cli_ui import ui
from tamesu.errors import InputError, TamesuError
from tamesu.messages import choose_language
from tamesu.messages.phrases import phrase
from tamesu.threads import wait_politely


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tamesu")
def cli() -> None:
    """The workbench for image competitions: from a folder of images to a submission you can trust.

    \b
    tamesu demo                       the whole road on real handwritten digits, no download
    tamesu init my-comp --data DIR    a competition from what is there
    tamesu audit                      what leaks, is double, broken or doubtful, before a score is believed
    tamesu train base                 all folds, out-of-fold scores; resumable with the same command
    tamesu submit                     the host's format, checked against the sample
    """


@cli.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path, exists=True), help="The host's files; never written to.")
@click.option("--train", help="The table of training rows.")
@click.option("--test", help="The table of test rows.")
@click.option("--sample", help="The sample submission.")
@click.option("--image", help="Where training images are, e.g. 'train/{id}.jpg'.")
@click.option("--test-image", help="Where test images are.")
@click.option("--id", help="The column that names a row.")
@click.option("--target", multiple=True, help="The column to predict; several for one target of several columns.")
@click.option(
    "--kind",
    type=click.Choice(["class", "ordinal", "identity", "multilabel", "soft", "value"]),
    help="What kind of target it is.",
)
@click.option("--groups", help="The column whose values never stand on both sides of a fold.")
@click.option("--metric", help="How the host scores.")
@click.option("--class-level", type=click.IntRange(1, 9), help="Which level of nested folders names the class.")
@click.option("--backbone", help="Any timm name; resnet34 by default.")
@click.option("--weights", help="imagenet, none, or a local .safetensors file.")
@click.option("--size", "size_px", type=click.IntRange(8, 4096), help="Image size in pixels.")
@click.option("--epochs", type=click.IntRange(1, 100_000), help="How long the first recipe trains.")
@click.option("--backbone-option", multiple=True, metavar="KEY=VALUE", help="An option of the backbone, e.g. pad_type=same.")
def init(folder: Path, data: Path | None, target: tuple[str, ...], backbone_option: tuple[str, ...], **wishes: Any) -> None:
    """Write competition.yaml, recipes/base.yaml and ideas.yaml for what is in FOLDER (or in --data)."""
    from tamesu import workflow
    from tamesu.artifacts.changes import parse_change

    given = {name: value for name, value in wishes.items() if value is not None}
    if target:
        given["target"] = target[0] if len(target) == 1 else target
    if backbone_option:
        given["backbone_options"] = dict(parse_change(text) for text in backbone_option)
    workflow.init(folder, data=data, reporter=make_reporter(), **given)
    click.echo(phrase("next", command=f"cd {folder} && tamesu check && tamesu audit && tamesu train base"))


@cli.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
def check(folder: Path) -> None:
    """Say every fault of a competition's files at once; exit 2 when something must be mended."""
    from tamesu import workflow

    faults = workflow.check(folder)
    for fault in faults:
        click.echo(f"{fault.outcome:10} {fault.text()}")
    stops = [fault for fault in faults if fault.outcome in ("refuse", "ask")]
    click.echo(phrase("faults_found", count=len(stops)) if stops else phrase("no_faults", folder=folder))
    if stops:
        raise SystemExit(2)


@cli.command()
@FOLDER
@ACCEPT
def split(folder: Path, accept: tuple[str, ...]) -> None:
    """Divide the rows into folds and write folds/<digest>.csv."""
    from tamesu import workflow

    workflow.split(folder, accept=accept, reporter=make_reporter())


@cli.command()
@click.argument("recipe", default="base")
@click.argument("changes", nargs=-1, metavar="[KEY=VALUE]...")
@FOLDER
@click.option("--seeds", type=click.IntRange(1, 1000), help="Train this many seeds: 0, 1, 2, ...")
@click.option("--quick", is_flag=True, help="A few hundred rows and two epochs, to see that everything works.")
@click.option("--overfit", type=click.IntRange(1, 64), metavar="N", help="Can it memorise N images? Pass or fail.")
@DEVICE
@click.option("--workers", type=click.IntRange(0, 256), help="Threads that make batches; changes no result.")
@PARALLEL
@click.option("--cache-gb", type=click.FloatRange(0), default=20.0, show_default=True, help="Room for decoded images.")
@ACCEPT
@FORCE
def train(
    recipe: str, changes: tuple[str, ...], folder: Path, seeds: int | None, overfit: int | None, cache_gb: float, **wishes: Any
) -> None:
    """Train RECIPE over all folds and seeds. The same command goes on after Ctrl-C, a kill or a power cut.

    \b
    tamesu train base epochs=3 backbone=resnet18
    tamesu train base --seeds 3
    tamesu train base --overfit 1
    """
    from tamesu import workflow

    wishes["reporter"] = make_reporter()
    if overfit is not None:
        said = {key: wishes[key] for key in ("accept", "force", "device", "reporter")}
        if not workflow.overfit(recipe, changes, count=overfit, folder=folder, **said):
            raise SystemExit(1)
        return
    wishes |= {"seeds": None if seeds is None else range(seeds), "cache_bytes": int(cache_gb * 2**30)}
    workflow.train(recipe, changes, folder=folder, **wishes)


@cli.command(name="try")
@click.argument("words", nargs=-1, metavar="[RECIPE] [IDEA | KEY=VALUE[,VALUE...]]...")
@FOLDER
@click.option("--noise", type=click.IntRange(2, 1000), metavar="N", help="Measure the baseline's noise floor over N seeds.")
@click.option("--budget", metavar="TIME", help="Stop after so long: 90m, 3h, 1d12h.")
@click.option("--jobs", type=click.IntRange(1), help="Train at most so many jobs.")
@click.option("--seeds", type=click.IntRange(1, 1000), help="At most so many seeds an idea.")
@click.option("--rope", type=click.FloatRange(0), help="Gains within ± this count as the same.")
@click.option("--coupled", is_flag=True, help="The changes belong together: one idea of several keys.")
@click.option("--sweep", multiple=True, metavar="KEY", help="A head's ready queue, heads.NAME.weight: ×1/3, ×3, branch, off.")
@click.option("--climb", is_flag=True, help="Adopt what is kept, and try the rest on top of it.")
@click.option("--stack/--no-stack", default=True, help="Try the kept ideas together.", show_default=True)
@ACCEPT
@FORCE
@DEVICE
@PARALLEL
def try_(words: tuple[str, ...], folder: Path, budget: str | None, **wishes: Any) -> None:
    """Try ideas beside RECIPE (base) on the same folds and seeds; a verdict on each: keep, drop, same, undecided.

    \b
    tamesu try                                   every idea of ideas.yaml that has no verdict yet
    tamesu try base smoothing rotate             these two
    tamesu try optimizer.adamw.lr=1e-3,3e-4      two ideas on the spot
    tamesu try base --sweep heads.size.weight    a head weaker, stronger, with its own last stage, and without it
    tamesu try --noise 4                         how much the seed alone moves the score
    """
    from tamesu.artifacts.durations import parse_duration
    from tamesu.artifacts.loading import find_recipes
    from tamesu.trying import try_ideas

    known = find_recipes(folder)
    recipe = words[0] if words and "=" not in words[0] and (words[0] in known or words[0].endswith(".yaml")) else None
    rest = words if recipe is None else words[1:]
    budget_s = None if budget is None else parse_duration(budget)
    try_ideas(recipe or "base", rest, folder=folder, budget_s=budget_s, reporter=make_reporter(), **wishes)


@cli.command()
@click.argument("names", nargs=-1, metavar="[CARD]...")
@click.option("--cards", is_flag=True, help="The drawer: what each augmentation imitates, when it helps, when it lies.")
@click.option("--drop", metavar="NAME", help="Record an idea as dropped by hand; say --why.")
@click.option("--note", metavar="NAME", help="Add --why to the newest verdict on an idea.")
@click.option("--why", default="", metavar="TEXT", help="Your words.")
@click.option("--csv", "as_csv", is_flag=True, help="Write verdicts/verdicts.csv, a spreadsheet tied to the commits.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the verdicts as Markdown, to paste into an issue.")
@FOLDER
def ideas(
    names: tuple[str, ...], cards: bool, folder: Path, drop: str | None, note: str | None, why: str, **as_text: bool
) -> None:
    """List the ideas: kept, dropped, undecided, surprising, not tried yet, suggested; with advice.

    \b
    tamesu ideas
    tamesu ideas --cards                   the drawer, a line each
    tamesu ideas --cards shadow mixup      whole cards, and whether they fit this competition
    tamesu ideas --drop sepia --why "the photos are colour already"
    tamesu ideas --note smoothing --why "helps on night images most"
    """
    from tamesu import queueing

    reporter = make_reporter()
    if names and not cards:
        raise click.UsageError(phrase("names_are_cards", names=" ".join(names)))
    if cards:
        from tamesu.drawer import list_cards

        list_cards(names, folder=folder, reporter=reporter)
        return
    if drop is not None:
        queueing.drop_ideas(drop, why, folder=folder, reporter=reporter)
    if note is not None:
        queueing.note_idea(note, why, folder=folder, reporter=reporter)
    if as_text["as_csv"]:
        queueing.write_verdicts_csv(folder, reporter=reporter)
    if as_text["as_markdown"]:
        queueing.say_markdown(folder, reporter=reporter)
    if not (drop or note or any(as_text.values())):
        queueing.list_ideas(folder, reporter=reporter)


@cli.command()
@click.argument("words", nargs=-1, metavar="[RECIPE] [PART | KEY=VALUE]...")
@click.option("--images", default=5, type=click.IntRange(1, 64), show_default=True, help="How many images are shown.")
@click.option("--draws", default=6, type=click.IntRange(1, 32), show_default=True, help="How often each is drawn.")
@click.option(
    "--draw", default=1, type=click.IntRange(1), show_default=True, help="The first epoch shown; of PARTs, which draw."
)
@click.option("--strength", multiple=True, type=click.FloatRange(0, 1), help="Of PARTs, in place of 0, 1/2 and 1; may repeat.")
@click.option("--id", "ids", multiple=True, help="A row of the train table to show, in place of --images; may repeat.")
@click.option("--all", "every", is_flag=True, help="Every augmentation of the drawer that needs no file of yours.")
@ACCEPT
@FOLDER
def augment(words: tuple[str, ...], folder: Path, strength: tuple[float, ...], every: bool, **wishes: Any) -> None:
    """Draw what the network will see: a contact sheet of RECIPE (base), or of single PARTs at strengths 0, 1/2 and 1.

    \b
    tamesu augment                    reports/augment-base.png: originals beside the draws of the first epochs
    tamesu augment base rotate sepia  reports/augment-parts.png: these two alone
    tamesu augment --all              every part of the drawer
    """
    from tamesu.artifacts.loading import find_recipes
    from tamesu.augmenting import augment as draw
    from tamesu.augmenting import list_parts

    changes = [word for word in words if "=" in word]
    named = [word for word in words if "=" not in word]
    recipe = named.pop(0) if named and (named[0] in find_recipes(folder) or named[0].endswith(".yaml")) else "base"
    parts = list_parts() if every else named
    draw(recipe, parts, folder=folder, changes=changes, strengths=strength, reporter=make_reporter(), **wishes)


@cli.command()
@click.argument("recipe", default="base")
@click.option("--augmentations", is_flag=True, required=True, help="Search for augmentations on held-out and test images.")
@click.option("--candidates", default=64, type=click.IntRange(2, 4096), show_default=True, help="Pairs of parts looked at.")
@click.option("--images", default=480, type=click.IntRange(8), show_default=True, help="Held-out images of the last round.")
@click.option("--keep", default=8, type=click.IntRange(1, 64), show_default=True, help="Pairs in the policy that is found.")
@ACCEPT
@DEVICE
@FOLDER
def tune(recipe: str, augmentations: bool, folder: Path, **wishes: Any) -> None:
    """Find augmentations for RECIPE (base) without training for each, and queue them in ideas.yaml.

    \b
    tamesu tune --augmentations       found_policy and match_test come into ideas.yaml
    tamesu try base found_policy      the verdict
    """
    from tamesu.tuning import tune_augmentations

    assert augmentations, "click asks for it: there is nothing else to tune yet"
    tune_augmentations(recipe, folder=folder, reporter=make_reporter(), **wishes)


@cli.command()
@click.argument("run", required=False)
@click.option("--images", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Any folder of images.")
@click.option("--out", type=click.Path(path_type=Path), help="The CSV to write.")
@FOLDER
@DEVICE
def predict(run: str | None, images: Path | None, out: Path | None, folder: Path, device: str) -> None:
    """Predictions of RUN (the newest when not named) as a CSV: of the test rows, or of any folder of images."""
    from tamesu import workflow

    workflow.predict(run, images=images, folder=folder, out=out, device=device, reporter=make_reporter())


@cli.command()
@click.argument("run", required=False)
@click.option("--name", help="Name of the file, without ending.")
@click.option("--check", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Only check this file.")
@click.option("--public", type=float, metavar="SCORE", help="Only note what the leaderboard says of RUN's submission.")
@click.option("--decide", type=click.Choice(["oof"]), help="Tell classes by a rule fitted on out-of-fold predictions.")
@FOLDER
def submit(run: str | None, name: str | None, file: Path | None, public: float | None, folder: Path, **how: Any) -> None:
    """Write the host's submission file from RUN (the newest when not named), in exactly the sample's form."""
    from tamesu import workflow

    if public is not None:
        from tamesu.results.public_scores import record_public

        click.echo(phrase("wrote", path=record_public(folder, name or run, public)))
        return
    if file is not None:
        workflow.check_submission_file(file, folder=folder, reporter=make_reporter())
        return
    workflow.submit(run, folder=folder, name=name, reporter=make_reporter(), **how)


@cli.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--repair", is_flag=True, help="Move what is damaged aside, so that train makes it anew.")
def doctor(folder: Path, repair: bool) -> None:
    """The state of every run, read from its files; exit 4 when something is damaged and was not repaired."""
    from tamesu import workflow

    found = workflow.doctor(folder, repair=repair, reporter=make_reporter())
    if not repair and any(fault.outcome == "repair" for diagnosis in found for fault in diagnosis.findings):
        raise SystemExit(4)


@cli.command()
@click.argument("folder", default="demo", type=click.Path(path_type=Path))
@click.option(
    "--train", "train_rows", type=click.IntRange(60, 1797), default=300, show_default=True, help="Digits to train on."
)
def demo(folder: Path, train_rows: int) -> None:
    """The whole road on 1,797 real handwritten digits, step by step; no download."""
    from tamesu.demonstration import demo as show

    show(folder, train_rows=train_rows, reporter=make_reporter())


for verb in (compare, history, speed, audit, explain, lr, batch, ui, report):
    cli.add_command(verb)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: the words after `tamesu`; the process's own when None.

    Returns:
        The exit code: 0 done, 2 the input is wrong, 3 busy, 4 damaged, 74 the folder is gone, 128 + n ended by signal n.
    """
    wait_politely()
    keep_memory()
    try:
        cli.main(args=None if argv is None else list(argv), prog_name="tamesu", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("tamesu: " + phrase("interrupted"), err=True)
        return 130
    except InputError as error:
        language = choose_language()
        for fault in error.faults:
            click.echo(f"tamesu: {fault.text(language)}", err=True)
        return error.exit_code
    except TamesuError as error:
        click.echo(f"tamesu: {error}", err=True)
        return error.exit_code
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; the work may not be through.
        sys.stderr.close()
        return 1
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        click.echo("tamesu: " + phrase("disk", place=place, reason=error.strerror or error), err=True)
        return 74
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
