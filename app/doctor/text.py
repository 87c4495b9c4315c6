"""The report of the doctor as a person reads it."""

from collections.abc import Iterator

from app.doctor.library import Library
from app.doctor.report import Report
from app.doctor.speed import Speed
from app.doctor.wish import Wish


def text_of(report: Report) -> str:
    """Lines under headings."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    build, cores = report.build, report.cores
    yield "versions"
    for name, version in report.versions.items():
        yield f"  {name} {version}"
    made_for = f", made for CUDA {build.cuda}" if build.cuda else ", made without CUDA"
    yield f"  {build.package} {build.version}{made_for}, with {', '.join(build.providers)}"
    yield "processor"
    limit = "no quota" if cores.quota is None else f"a quota of {cores.quota:g}"
    yield f"  {cores.usable} of {cores.machine} cores, {limit}"
    yield "libraries for a GPU"
    for library in report.libraries:
        yield f"  {_library(library)}"
    if not report.libraries:
        yield "  none are needed by this onnxruntime"
    for remedy in dict.fromkeys(library.remedy for library in report.libraries if library.remedy):
        names = (library.title for library in report.libraries if library.remedy == remedy)
        yield f"  to get {' and '.join(names)}: {remedy}"
    yield "GPUs"
    for gpu in report.gpus:
        yield f"  {gpu.number}: {gpu.name}, {gpu.memory / 2**30:.1f} GiB"
    if not report.gpus:
        yield f"  none: {report.driver}"
    yield "DENSIGHT_DEVICE="
    for wish in report.wishes:
        yield f"  {_wish(wish)}"
    yield f"speed of {report.model}, one picture" if report.model else "speed"
    for speed in report.speeds:
        yield f"  {_speed(speed)}"
    if not report.speeds:
        yield "  not measured: the models folder has no model"
    yield f"DENSIGHT_DEVICE={report.wanted} {'works' if report.works else 'does not work'}"


def _library(library: Library) -> str:
    if not library.found:
        return f"{library.title} ({library.name}): missing"
    return f"{library.title} ({library.name}): {library.version or 'found'}"


def _wish(wish: Wish) -> str:
    taken = f"runs on {wish.device}" if wish.device else "does not start"
    return f"{wish.wanted}: {taken}{f' ({wish.reason})' if wish.reason else ''}"


def _speed(speed: Speed) -> str:
    if speed.problem is not None:
        return f"{speed.device}: {speed.problem}"
    nodes = speed.nodes or {}
    got = ", ".join(
        f"{name} ({nodes[name]} nodes)" if name in nodes else name for name in speed.providers
    )
    said = f"{speed.device}: {speed.milliseconds:.2f} ms, {speed.images_per_second:.1f} images/s"
    if speed.device != "cpu" and speed.times_cpu is not None:
        said += f", {speed.times_cpu:.2f} times the CPU, answers differ by {speed.difference:.2g}"
    return f"{said}, by {got}"
