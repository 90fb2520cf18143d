"""Heat maps of pictures, each by the fold's network that has not seen it: what it went by to tell the class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tamesu.artifacts.competition import CODED
from tamesu.artifacts.heat import METHODS, Heat, Maps
from tamesu.artifacts.run import Job, Run
from tamesu.augmentations.drawn import Drawn
from tamesu.errors import DamagedError, Fault, InputError, Where
from tamesu.images.cache import Images
from tamesu.images.direct import DirectImages
from tamesu.training.attributions import import_captum
from tamesu.training.head_losses import build_loss, decode, find_tellers
from tamesu.training.heat_maps import Teller, attribute, look, scale
from tamesu.training.job import load_network
from tamesu.training.network import Network
from tamesu.training.scramble import scramble, settle
from tamesu.training.unseen import list_unseen, open_pixels, stream_batches

# Of many passes a picture: only the first of the rows have them.
SLOW = ("integrated_gradients", "occlusion")
# How many have maps of the slow methods, and how many of networks with weights drawn anew.
FEW, SCRAMBLED = 8, 16
WITH_CLASSES = CODED | {"multilabel", "soft"}

# (rows, what was drawn for them) → bool (B, size, size): where their objects are.
FindWhere = Callable[[NDArray[np.int64], Drawn], NDArray[np.bool_]]


def explain_images(
    run: Run,
    images: Images | DirectImages,
    sha256: Sequence[str],
    rows: NDArray[np.int64],
    folds: NDArray[np.int64],
    device: torch.device,
    workers: int,
    methods: Sequence[str] = METHODS,
    progress: Callable[[int, int], None] | None = None,
    *,
    truth: NDArray[np.int64] | None = None,
    find_objects: FindWhere | None = None,
    few: int = FEW,
) -> Heat:
    """Heat maps of pictures by the networks of a run's first complete seed.

    Args:
        run: complete in a seed, without columns beside the image; its main target is one that a head tells of each row.
        images: decoded, at the recipe's size or larger.
        sha256: of each image's file.
        rows: of readable images, the most wanted first, int64 (n,).
        folds: in which each row was validated in the first repeat, int64 (n,); rows with -1 were in none.
        device: where to compute.
        workers: threads that make batches.
        methods: of `METHODS`. `attention` is left out where the pooling has no masks.
        progress: called with (done, total), in pictures.
        truth: code of each row's true class, -1 when unknown, int64 (n,): then Grad-CAM of it is made where another is told.
        find_objects: says where the objects are, such as `tamesu.training.heat_objects.find_marked` makes one.
        few: how many of the rows, from the first on, get the slow methods.

    Returns:
        The maps; all NaN for rows in no fold.

    Raises:
        InputError: EXPLAIN_NEEDS_EXTRA, a method comes from captum, which is not installed; EXPLAIN_NO_HEAD, no head tells the
            main target of each row; EXPLAIN_COLUMNS, the network reads columns of the table beside the image.
        DamagedError: no seed is complete, or a file is not what was written.
    """
    head = check_run(run)
    if set(methods) & set(SLOW):
        import_captum()
    seeds = run.complete_seeds()
    if not seeds:
        raise DamagedError(f"{run.name}: no seed is complete")
    size = run.recipe.image.size
    sheet = Sheet(rows, size, methods, few, truth)
    jobs = list_unseen(run, seeds[0], folds)
    with open_pixels(run, images, sha256, workers) as pixels:
        done = 0
        for job, own in jobs:
            tellers = Tellers(run, job, head, device)
            for places, batch in stream_batches(run, pixels, rows, own, device):
                sheet.fill(tellers, places, batch.images)
                if find_objects is not None:
                    sheet.mark(places, find_objects(rows[places], batch.drawn))
                done += len(places)
                if progress is not None:
                    progress(done, len(rows))
    return sheet.heat()


def check_run(run: Run) -> str:
    """The head whose word is explained.

    Raises:
        InputError: EXPLAIN_NO_HEAD, EXPLAIN_COLUMNS.
    """
    head = find_tellers(run.recipe, run.spec.targets).get(run.spec.main)
    where = Where(run.name)
    if head is None:
        raise InputError(Fault("EXPLAIN_NO_HEAD", "refuse", where, {"target": run.spec.main}))
    if run.recipe.columns is not None:
        raise InputError(Fault("EXPLAIN_COLUMNS", "refuse", where, {"run": run.name}))
    return head


class Tellers:
    """A fold's network, and one with weights drawn anew once it is wanted.

    Args:
        run: of both.
        job: whose network it is.
        head: whose word is explained.
        device: where they compute.

    Attributes:
        trained: as it was trained.
    """

    def __init__(self, run: Run, job: Job, head: str, device: torch.device) -> None:
        self.run, self.job, self.head, self.device = run, job, head, device
        self.trained = self.make(load_network(run, job)[0])
        self._scrambled: Teller | None = None

    def make(self, network: Network) -> Teller:
        """A network that is asked."""
        head, spec = self.run.recipe.heads[self.head], self.run.spec.targets[self.run.spec.main]
        loss, classes = build_loss(head, spec), len(spec.labels) if spec.kind in WITH_CLASSES else 0

        def tell(logits: Tensor) -> Tensor:
            return torch.from_numpy(decode(loss, spec.kind, logits.cpu().numpy()))

        return Teller(network.to(self.device).eval(), self.head, classes, tell)

    def scrambled(self, images: Tensor) -> Teller:
        """The one with weights drawn anew; `images` give its batch norms their statistics when it is made."""
        if self._scrambled is None:
            made = self.make(scramble(self.run, self.job))
            settle(made.network, images)
            self._scrambled = made
        return self._scrambled


class Sheet:
    """The maps as they come, batch by batch.

    Args:
        rows: of all pictures.
        size_px: height and width of the maps.
        methods: that are wanted.
        few: how many pictures get the slow ones.
        truth: codes of the true classes; None where they are not explained.
    """

    def __init__(
        self, rows: NDArray[np.int64], size_px: int, methods: Sequence[str], few: int, truth: NDArray[np.int64] | None
    ) -> None:
        self.rows, self.methods, self.few, self.wanted = rows, methods, few, truth
        self.shape = (len(rows), size_px, size_px)
        self.told, self.probs = np.full(len(rows), -1, np.int64), np.full(len(rows), np.nan)
        self.images = np.zeros((*self.shape, 3), np.uint8)
        self.maps: dict[str, Maps] = {}
        self.scrambled: dict[str, Maps] = {}
        self.truth: Maps | None = None
        self.objects: NDArray[np.bool_] | None = None
        self.cells = 0

    def fill(self, tellers: Tellers, places: NDArray[np.int64], images: Tensor) -> None:
        """Ask a fold's network about a batch, and the one with weights drawn anew about those that are for it.

        Args:
            tellers: of the fold.
            places: of the pictures, among all.
            images: uint8 (B, size, size, 3).
        """
        self.images[places] = images.cpu().numpy()
        truth = None if self.wanted is None or not tellers.trained.classes else self.wanted[places]
        asked = None if truth is None else torch.from_numpy(np.maximum(truth, 0)).to(images.device)
        looked = look(tellers.trained, images, truth=asked)
        self.cells = looked.cells
        if tellers.trained.classes:
            self.told[places], self.probs[places] = looked.codes.cpu().numpy(), looked.probs.numpy()
        self.keep(self.maps, len(self.rows), places, looked.maps)
        if truth is not None and looked.truth is not None:
            self.truth = np.full(self.shape, np.nan, np.float32) if self.truth is None else self.truth
            other = (truth >= 0) & (truth != self.told[places])
            self.truth[places[other]] = scale(looked.truth).cpu().numpy()[other]
        first = places < self.few
        self.keep(self.maps, len(self.rows), places[first], self.ask_slowly(tellers.trained, images, looked.codes, first))
        first = places < SCRAMBLED
        if not first.any():
            return
        scrambled = tellers.scrambled(images)
        again = look(scrambled, pick(images, first), pick(looked.codes, first))
        kept = min(SCRAMBLED, len(self.rows))
        self.keep(self.scrambled, kept, places[first], again.maps)
        first = places < min(self.few, SCRAMBLED)
        self.keep(self.scrambled, kept, places[first], self.ask_slowly(scrambled, images, looked.codes, first))

    def ask_slowly(self, teller: Teller, images: Tensor, codes: Tensor, first: NDArray[np.bool_]) -> dict[str, Tensor]:
        """The maps of the slow methods that are wanted, of some pictures of a batch."""
        if not first.any():
            return {}
        few, own = pick(images, first), pick(codes, first)
        return {method: attribute(teller, method, few, own) for method in self.methods if method in SLOW}

    def keep(self, into: dict[str, Maps], count: int, places: NDArray[np.int64], found: Mapping[str, Tensor]) -> None:
        """Keep maps of the wanted methods, scaled; `count` pictures have room."""
        for method, maps in found.items():
            if method in self.methods:
                room = into.setdefault(method, np.full((count, *self.shape[1:]), np.nan, np.float32))
                room[places] = scale(maps).cpu().numpy()

    def mark(self, places: NDArray[np.int64], objects: NDArray[np.bool_]) -> None:
        """Keep where the objects of a batch are."""
        self.objects = np.zeros(self.shape, np.bool_) if self.objects is None else self.objects
        self.objects[places] = objects

    def heat(self) -> Heat:
        """All that was kept, the methods in the order in which they are shown."""
        maps, scrambled = ({name: kept[name] for name in METHODS if name in kept} for kept in (self.maps, self.scrambled))
        return Heat(self.rows, self.told, self.probs, self.images, maps, self.truth, self.objects, scrambled, self.cells)


def pick(values: Tensor, chosen: NDArray[np.bool_]) -> Tensor:
    """Some rows of a tensor."""
    return values[torch.from_numpy(np.flatnonzero(chosen)).to(values.device)]
