"""The peers, written as their own documentation would have a user write them; run by peers.py in the peers' environment.

python peer_scripts.py lightning DATA BACKBONE ROWS VAL SIZE BATCH EPOCHS      prints the seconds of each epoch as JSON
"""

from __future__ import annotations

import csv
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

warnings.filterwarnings("ignore")

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def read_rows(data: Path, rows: int, val: int) -> tuple[list[tuple[Path, str]], list[tuple[Path, str]], list[str]]:
    """The same rows as compute_limit.py takes: the first `val` for validation, the next `rows` for training."""
    with open(data / "train.csv") as file:
        table = [(data / "train" / f"{row['id']}.jpg", row["label"]) for row in csv.DictReader(file)]
    return table[val : val + rows], table[:val], sorted({label for _, label in table})


def run_lightning(
    data: Path, backbone: str, rows: int, val: int, size: int, batch: int, epochs: int, precision: Any
) -> list[float]:
    """Lightning with torchvision transforms and two loader processes."""
    import lightning
    import timm
    import torch
    from PIL import Image
    from torch.utils.data import DataLoader, Dataset
    from torchvision import transforms

    train_rows, val_rows, labels = read_rows(data, rows, val)

    class Photos(Dataset):  # type: ignore[type-arg]
        def __init__(self, table: list[tuple[Path, str]], transform: Any) -> None:
            self.table, self.transform = table, transform

        def __len__(self) -> int:
            return len(self.table)

        def __getitem__(self, index: int) -> tuple[Any, int]:
            path, label = self.table[index]
            return self.transform(Image.open(path).convert("RGB")), labels.index(label)

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = timm.create_model(backbone, num_classes=len(labels))

        def training_step(self, pair: Any, _index: int) -> Any:
            return torch.nn.functional.cross_entropy(self.network(pair[0]), pair[1])

        def validation_step(self, pair: Any, _index: int) -> None:
            accuracy = (self.network(pair[0]).argmax(1) == pair[1]).float().mean()
            self.log("accuracy", accuracy)

        def configure_optimizers(self) -> Any:
            return torch.optim.AdamW(self.parameters(), lr=1e-3, weight_decay=0.05)

    class Clock(lightning.Callback):
        def __init__(self) -> None:
            self.seconds: list[float] = []

        def on_train_epoch_start(self, *_: Any) -> None:
            self.started = time.perf_counter()

        def on_train_epoch_end(self, *_: Any) -> None:
            self.seconds.append(time.perf_counter() - self.started)

    ending = [transforms.ToTensor(), transforms.Normalize(MEAN, STD)]
    augment = transforms.Compose(
        [
            transforms.RandomResizedCrop(size, scale=(0.6, 1.0)),
            transforms.RandomHorizontalFlip(),
            transforms.ColorJitter(0.2, 0.2, 0.2, 0.02),
            *ending,
        ]
    )
    plain = transforms.Compose([transforms.Resize(size), transforms.CenterCrop(size), *ending])
    clock = Clock()
    trainer = lightning.Trainer(
        max_epochs=epochs + 1,
        accelerator="cpu",
        precision=precision,
        callbacks=[clock],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
    )
    loader = {"batch_size": batch, "num_workers": 2, "persistent_workers": True}
    train = DataLoader(Photos(train_rows, augment), shuffle=True, **loader)  # type: ignore[arg-type]
    trainer.fit(Module(), train, DataLoader(Photos(val_rows, plain), **loader))  # type: ignore[arg-type]
    return clock.seconds


def run_fastai(data: Path, backbone: str, rows: int, val: int, size: int, batch: int, epochs: int) -> list[float]:
    """fastai's vision learner with its augmentations per batch."""
    import timm
    from fastai.vision.all import (
        Brightness,
        Callback,
        CategoryBlock,
        Contrast,
        DataBlock,
        Flip,
        Hue,
        ImageBlock,
        IndexSplitter,
        Learner,
        Normalize,
        RandomResizedCrop,
        Saturation,
        accuracy,
        nn,
    )

    train_rows, val_rows, labels = read_rows(data, rows, val)
    items = val_rows + train_rows

    class Clock(Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            self.seconds: list[float] = []

        def before_epoch(self) -> None:
            self.started = time.perf_counter()

        def after_epoch(self) -> None:
            self.seconds.append(time.perf_counter() - self.started)

    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock(vocab=labels)),
        # fastai applies functions to each element of a tuple, so an item is a number.
        get_x=lambda number: items[number][0],
        get_y=lambda number: items[number][1],
        splitter=IndexSplitter(list(range(len(val_rows)))),
        item_tfms=RandomResizedCrop(size, min_scale=0.6),
        batch_tfms=[
            Flip(),
            Brightness(0.2),
            Contrast(0.2),
            Saturation(0.2),
            Hue(0.02),
            Normalize.from_stats(MEAN, STD, cuda=False),
        ],
    )
    loaders = block.dataloaders(list(range(len(items))), bs=batch, num_workers=2)
    network = timm.create_model(backbone, num_classes=len(labels))
    clock = Clock()
    learner = Learner(loaders, network, loss_func=nn.CrossEntropyLoss(), metrics=accuracy, cbs=[clock])
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(epochs + 1, 1e-3)
    return clock.seconds


def main() -> None:
    """Run one peer and print its seconds."""
    tool, data, backbone = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    rows, val, size, batch, epochs = (int(word) for word in sys.argv[4:9])
    if tool == "fastai":
        seconds = run_fastai(data, backbone, rows, val, size, batch, epochs)
    else:
        precision = "bf16-mixed" if tool == "lightning-bf16" else "32-true"
        seconds = run_lightning(data, backbone, rows, val, size, batch, epochs, precision)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
