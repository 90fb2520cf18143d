"""What a job trains for: the terms of a fold's loss, their balance and guards, and the labels they are held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.numbers import read_numbers
from tamesu.balances import BALANCES
from tamesu.losses.loss import trait
from tamesu.penalties import PENALTIES
from tamesu.training.fold import FoldRows, know_labels
from tamesu.training.guards import Guards
from tamesu.training.head_losses import build_loss, find_tellers
from tamesu.training.labels import Labels, Wanted, as_learned, make_labels
from tamesu.training.mark_targets import MarkTargets
from tamesu.training.mark_targets import Wanted as WantedMark
from tamesu.training.material import Material
from tamesu.training.network import Network
from tamesu.training.terms import Laws, Term, Terms


@dataclass(frozen=True, slots=True)
class Objective:
    """What a job trains for.

    Attributes:
        terms: of the loss.
        balance: makes one total of them.
        guards: None where there is one head.
        labels: how labels follow their images.
    """

    terms: Terms
    balance: Any
    guards: Guards | None
    labels: Labels

    def modules(self) -> nn.ModuleDict:
        """What is moved, trained and saved beside the network."""
        return nn.ModuleDict({"losses": self.terms.modules(), "balance": self.balance})


def make_objective(material: Material, rows: FoldRows, network: Network, device: torch.device) -> Objective:
    """The objective of one fold, on a device."""
    recipe, spec = material.run.recipe, material.run.spec
    heads = {name: make_term(material, rows, name, network, device) for name in recipe.heads}
    with_penalty = [
        name
        for index, name in enumerate(recipe.heads)
        if not network.roads[name].decodes and has_penalty(network.part("own_pooling", index) or network.pooling)
    ]
    # The shared pooling's is counted once.
    shared = [name for name in with_penalty if network.part("own_pooling", list(recipe.heads).index(name)) is None]
    with_penalty = [name for name in with_penalty if name not in shared[1:]]
    laws = make_laws(material, rows, device) if recipe.penalties else None
    terms = Terms(heads, with_penalty, laws)
    balance = BALANCES.build(recipe.balance.name, recipe.balance.options, terms=terms.names).to(device)
    main = find_tellers(recipe, spec.targets).get(spec.main)
    guards = None
    if len(heads) > 1 and main is not None:
        places = {index: network.roads[name].place for index, name in enumerate(heads)}
        guards = Guards(list(heads).index(main), places)
    terms.modules().to(device)
    return Objective(terms, balance, guards, find_labels(material, rows, network, heads))


def has_penalty(pooling: nn.Module) -> bool:
    """Whether a pooling, or one of those it holds, has a penalty in training."""
    return any(getattr(part, "diversity", 0.0) for part in pooling.modules())


def make_term(material: Material, rows: FoldRows, name: str, network: Network, device: torch.device) -> Term:
    """One head's term, with its labels on the device; values are standardised on the training fold."""
    recipe, dataset = material.run.recipe, material.train.rows
    head = recipe.heads[name]
    target_name = head.target or name
    target, known = dataset.targets[target_name], know_labels(dataset, target_name)
    counts = None
    if target.kind in CODED or target.kind == "multilabel":
        used = target.values[rows.train[known[rows.train]]]
        coded = target.kind in CODED
        counts = np.bincount(used, minlength=len(target.labels)).tolist() if coded else (used > 0.5).sum(axis=0).tolist()
    width = head.hidden or network.roads[name].width
    loss = build_loss(head, material.run.spec.targets[target_name], counts=counts, width=width)
    mean, std = rows.scales.get(target_name, (0.0, 1.0))
    unit = None
    if head.constraint is not None and target.kind == "value":
        unit = torch.from_numpy(np.asarray(np.atleast_1d(std), np.float32)).to(device)
    if target_name in material.in_picture:
        return Term(target_name, target.kind, loss, head.weight, unit=unit, gaps=target.kind == "points")
    values = as_learned(target.values, known, target.kind, (0.0, 1.0) if recipe.as_it_stands(name) else (mean, std))
    return Term(
        target=target_name,
        kind=target.kind,
        loss=loss,
        weight=head.weight,
        values=torch.from_numpy(values).to(device),
        known=torch.from_numpy(known).to(device),
        unit=unit,
        gaps=bool(np.isnan(values).any()),
    )


def find_labels(material: Material, rows: FoldRows, network: Network, heads: dict[str, Term]) -> Labels:
    """How the labels of all heads follow their images."""
    recipe, moves = material.run.recipe, material.run.spec.symmetries
    wanted = {
        name: Wanted(term.target, bool(trait(term.loss, "takes_soft")), recipe.as_it_stands(name))
        for name, term in heads.items()
        if term.target not in material.in_picture
    }
    marks = None
    pictured = {
        name: WantedMark(term.target, network.roads[name].side, recipe.as_it_stands(name))
        for name, term in heads.items()
        if term.target in material.in_picture
    }
    if pictured:
        assert material.marks is not None
        marks = MarkTargets(material.marks, material.targets, pictured, moves, rows.scales)
    return make_labels(material.train.rows, wanted, rows.scales, moves, marks)


def make_laws(material: Material, rows: FoldRows, device: torch.device) -> Laws:
    """The penalties of a recipe, and the numeric columns they may speak of."""
    recipe, dataset = material.run.recipe, material.train.rows
    names: dict[str, Any] = {}
    for part in recipe.penalties:
        name = part.name if part.name not in names else f"{part.name} {len(names) + 1}"
        names[name] = PENALTIES.build(part.name, part.options)
    scales = {}
    for name, head in recipe.heads.items():
        target = head.target or name
        if target in rows.scales and not recipe.as_it_stands(name):
            mean, std = (torch.from_numpy(np.asarray(np.atleast_1d(one), np.float32)).to(device) for one in rows.scales[target])
            scales[name] = (mean, std)
    read = {column for law in names.values() for column in law.reads()} & dataset.columns.keys()
    columns = {
        column: torch.from_numpy(read_numbers(dataset.columns[column], {""}).values.astype(np.float32)).to(device)
        for column in sorted(read)
    }
    return Laws(names, scales, columns)
