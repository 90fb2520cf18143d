"""Where the result comes from: the recipe with every default, data, folds, environment, and how to make it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from tamesu.artifacts.dataset import Dataset
from tamesu.artifacts.files import read_json
from tamesu.artifacts.run import Run
from tamesu.errors import DamagedError
from tamesu.metrics import known_rows
from tamesu.report.html import Html, element, join, named
from tamesu.report.numbers import format_count
from tamesu.report.section import Section, facts
from tamesu.report.words import Words


def make_recipe_section(run: Run, words: Words) -> Section:
    """The recipe as the file that would train this run."""
    note = words("recipe_note", name=run.recipe.name)
    body = join(element("p", note, class_="muted"), element("pre", element("code", write_recipe(run))))
    return Section("recipe", join(words("section_recipe")), body)


def write_recipe(run: Run) -> str:
    """The recipe as YAML, every default spelled out; the name is the file's, so it is not inside."""
    import yaml

    plain = run.recipe.written()
    del plain["name"]
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, default_flow_style=None, width=100))


def make_environment_section(run: Run, train: Dataset, test: Dataset | None, words: Words) -> Section:
    """Data, folds, digests, versions and hardware."""
    spec = run.spec
    digests = {
        "digest_run": spec.digest(),
        "digest_recipe": spec.recipe_digest,
        "digest_data": spec.data_digest,
        "digest_folds": spec.folds_digest,
        "digest_weights": spec.weights,
        "digest_plugins": spec.plugins,
    }
    codes = [(words(key), element("code", value[:16])) for key, value in digests.items() if value]
    body = [
        element("div", element("h3", words("data")), facts(describe_data(run, train, test, words))),
        element("div", element("h3", words("environment")), show_environment(run, words)),
        element("div", element("h3", words("digests")), facts(codes)),
    ]
    return Section("environment", join(words("section_origin")), element("div", body, class_="grid"))


def describe_data(run: Run, train: Dataset, test: Dataset | None, words: Words) -> Iterator[tuple[Html | str, Html | str]]:
    """Counts of rows, targets, groups, and the folds' file."""
    yield words("train_rows"), format_count(len(train))
    yield words("test_rows"), words("none") if test is None else format_count(len(test))
    for name, target in train.targets.items():
        missing = format_count(int((~known_rows(target.kind, target.values)).sum()))
        kind, labels = words(f"kind_{target.kind}"), format_count(len(target.labels))
        if target.kind == "value" or not target.labels:
            said = words("target_value_words", kind=kind, missing=missing)
        else:
            said = words("target_words", kind=kind, labels=labels, missing=missing)
        yield join(words("target", name=name)), said
    if train.groups is not None:
        yield words("groups"), format_count(len(set(train.groups.tolist())))
    yield words("fold_file"), element("code", f"folds/{run.spec.folds}")


def show_environment(run: Run, words: Words) -> Html:
    """`environment.json` as names and values."""
    environment = read_environment(run)
    if environment is None:
        return element("p", words("no_environment"))
    return facts((named(key), say_fact(value)) for key, value in flatten(environment))


def say_fact(value: Any) -> str:
    """A fact as text, a list with commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def read_environment(run: Run) -> dict[str, Any] | None:
    """`environment.json`; None when it is missing or damaged: it decides nothing."""
    try:
        found = read_json(run.path / "environment.json")
    except DamagedError:
        return None
    return found if isinstance(found, dict) else None


def flatten(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every leaf of nested mappings by its dotted key (packages by their name alone), without those that hold nothing.

    Examples:
        >>> list(flatten({"python": "3.11", "packages": {"torch": "2.13"}, "git": {"clean": True}}))
        [('python', '3.11'), ('torch', '2.13'), ('git.clean', True)]
    """
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from ((inner if key == "packages" else f"{key}.{inner}", leaf) for inner, leaf in flatten(value))
        elif value is not None:
            yield str(key), value


def make_reproduce_section(run: Run, words: Words) -> Section:
    """The commands that make this run again."""
    parts = [element("pre", element("code", "\n".join(list_commands(run)))), element("p", words("reproduce_note"))]
    if (run.path / "git.diff").exists():
        parts.append(element("p", words("git_note", run=run.name)))
    return Section("reproduce", join(words("section_reproduce")), join(parts))


def list_commands(run: Run) -> list[str]:
    """What to type: the folder, the commit where there is one, training, this report."""
    git = (read_environment(run) or {}).get("git")
    commands = [f"cd {shlex.quote(run.folder.name)}"]
    if isinstance(git, Mapping) and isinstance(git.get("commit"), str):
        commands.append(f"git checkout {shlex.quote(git['commit'])}")
    train = ["tamesu", "train", run.recipe.name]
    # The recipe's file need not name the seeds that a command line gave; 0 alone is the default.
    if (seeds := run.trained_seeds() or run.recipe.seeds) != [0]:
        train.append(f"seeds=[{','.join(map(str, seeds))}]")
    if run.spec.quick:
        train.append("--quick")
    if run.forced:
        train.append("--force")
    for leak in run.accepted_leaks:
        train += ["--accept", leak]
    return [*commands, shlex.join(train), shlex.join(["tamesu", "report", run.name])]
