"""What is said about losses."""

from __future__ import annotations

from collections.abc import Mapping

from tamesu.messages.message import Message

MESSAGES: Mapping[str, Message] = {
    "LOSS_NEEDS_EXTRA": Message(
        "the loss {name} comes from pytorch-metric-learning, which is not installed",
        'run: pip install "tamesu[metric]"',
        "損失 {name} には pytorch-metric-learning が必要ですが、入っていません",
        '次を実行してください: pip install "tamesu[metric]"',
    ),
}
