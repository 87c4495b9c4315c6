"""Names of classes as a user gives them: a file, a list, or the name of a data set."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from export.errors import ExportError

HELP = "Names of the classes: a file with one a line, a,b,c or a data set such as imagenet."


def labels_of(option: str) -> tuple[str, ...]:
    """The names in the order of a network's outputs.

    Args:
        option: path of a text file with one name a line (UTF-8), names with commas between, or
            the name of a data set.

    Raises:
        ExportError: none of these, or a name is empty.
    """
    file = Path(option)
    if file.is_file():
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise ExportError(f"{file} is not a text file of labels in UTF-8") from error
        while lines and not lines[-1].strip():
            lines.pop()  # editors end files with empty lines
        return _checked(lines, str(file))
    if "," in option:
        return _checked(option.split(","), repr(option))
    return _of_data_set(option)


def _checked(names: list[str], place: str) -> tuple[str, ...]:
    stripped = tuple(name.strip() for name in names)
    if not all(stripped):
        number = stripped.index("") + 1
        raise ExportError(f"label {number} of {place} is empty")
    if not stripped:
        raise ExportError(f"there are no labels in {place}")
    return stripped


def _of_data_set(name: str) -> tuple[str, ...]:
    # The one place that asks for the tables of `export.labels`, where they are installed.
    if find_spec("export.labels") is None:
        raise ExportError(
            f"there is no file {name}; labels are a file with one name a line, or a,b,c"
        )
    found: tuple[str, ...] = import_module("export.labels").labels(name)
    return found
