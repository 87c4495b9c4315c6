"""docs/cli.md: what it says of the commands is what they are."""

import re

from app.terminal import FAILED, INTERRUPTED, UNREACHABLE
from tests.app.cli.conftest import run
from tests.app.cli.reference import PAGE, commands, written

TEXT = PAGE.read_text()


def test_the_tables_are_those_of_the_commands() -> None:
    assert written(TEXT) == TEXT, "`make reference` writes them anew"


def test_every_option_of_every_command_is_there() -> None:
    for name, command in commands().items():
        _, section = TEXT.split(f"### densight {name}\n")
        section = section.split("\n### ")[0]
        shown = {option for cell in re.findall(r"`(-.*?)`", section) for option in cell.split()[:1]}
        for told in command.params:
            if told.param_type_name == "option" and not told.hidden and told.name != "help":
                assert set(told.opts + told.secondary_opts) <= shown


def test_every_exit_code_is_there() -> None:
    section = TEXT.split("## Exit codes")[1].split("\n## ")[0]
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)]
    assert codes == [0, FAILED, 2, UNREACHABLE, INTERRUPTED]
    told = run("--help").output.split("Exit codes:")[1]
    assert [int(code) for code in re.findall(r"\b\d+\b", told)] == codes
