from __future__ import annotations

import yaml

from tamesu.report.idea_lines import write_ideas


def test_lines_are_yaml_and_the_command_names_them_all() -> None:
    ideas = {"猫 yes": {"heads.猫.loss": {"focal": {"gamma": 2.0}}}, "no": {"optimizer.adamw.lr": 3e-07}}
    lines, command = write_ideas(ideas, "my base")
    assert set(yaml.safe_load(lines)) == {"猫 yes", "no"}
    assert command == "tamesu try 'my base' '猫 yes' no"
