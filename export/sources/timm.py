"""Networks of timm: whatever it calls a ResNet, a DenseNet or a kind of them."""

import contextlib
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import huggingface_hub
import timm
from huggingface_hub.errors import HfHubHTTPError
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from timm.data.config import resolve_data_config

from app.card import Fit
from export.errors import ExportError, UnusableWeights
from export.graphs.by_task import classifier
from export.graphs.gap import GapHead
from export.labels import Labels
from export.recipe import Recipe, Say
from export.sources.library import file_or_none_such, labels_by_number, unreachable
from export.sources.source import Sourced, classes_of, fill, given
from export.weights import digest

FAMILY = re.compile(r"res2?ne[stx]|densenet|senet|rdnet")
"""What is in the name of every kind of ResNet and DenseNet: seresnet, resnext, resnest, ..."""

TRANSFORMERS = "vision_transformer"
"""Of the modules whose networks are transformers, though a ResNet may stand before one."""

HUB_FILE = "model.safetensors"
"""What a set of weights is called in its repository on the hub."""

PATIENCE = 10.0
"""Seconds that the hub may take to answer."""

GAP = GapHead(lambda network, x: network.forward_features(x), lambda net: net.get_classifier())


def names() -> list[str]:
    """Every network that can be asked for."""
    return [name for name in timm.list_models() if _is_ours(name)]


def load(name: str, weights: str | None, labels: Labels | None, say: Say) -> Sourced:
    """Build a network with its weights.

    Args:
        name: one of `names`, and after a dot one of timm's tags if the weights are those:
            `seresnet50.a1_in1k`.
        weights: a file that holds a state dict, or a tag; `None`: the tag of the name, else the
            one that timm prefers.
        labels: of the classes in their order; `None`: those of ImageNet-1k if there are as many.
        say: told of every step.

    Raises:
        ExportError: there is no such network, or its weights can not be had or do not fit.
    """
    architecture, _, tag = name.partition(".")
    if not timm.is_model(architecture) or not _is_ours(architecture):
        raise ExportError(
            f"timm has no ResNet or DenseNet called {architecture!r}; "
            "python -m export list shows what it has"
        )
    kind = f"timm's {architecture}"
    tags = tags_of(architecture)
    published = [tag for tag, config in tags.items() if config.has_weights]
    if tag and tag not in tags:
        known = ", ".join(published) or "none"
        raise ExportError(f"there are no weights {tag!r} of {kind}; by name: {known}")
    if weights in tags:
        tag, weights = str(weights), None
    preferred = next(iter(tags))
    if weights is None:
        tag = tag or preferred
        network = _downloaded(f"{architecture}.{tag}", tags[tag], say)
        source, sha256 = "", digest(network.state_dict())
    else:
        file = file_or_none_such(weights, kind, published)
        say(f"reading {file}")
        state, sha256 = given(file)
        tag = tag or _tag_of(sha256, tags)
        classes = classes_of(state, tags[tag or preferred].classifier, kind)
        network = timm.create_model(architecture, num_classes=classes)
        fill(network, state, kind)
        source = f"{kind}, {file.name}"

    config = resolve_data_config(  # type: ignore[no-untyped-call]  # it has no annotations
        pretrained_cfg=tags[tag or preferred].to_dict()
    )
    recipe = Recipe(
        name=name,
        architecture=f"timm:{architecture}",
        task="classification",
        title=kind,
        fit=fit_of(config),
        mean=tuple(config["mean"]),
        std=tuple(config["std"]),
        labels=labels or labels_by_number(network.num_classes, "imagenet"),
        source=source,
    )
    if tag and tags[tag].has_weights:  # else nobody says what a file is
        recipe = replace(recipe, **terms(tags[tag], f"{architecture}.{tag}"))
    network = network.eval()
    head = GAP if GAP.describes(network, config["input_size"]) else None
    graph = classifier(recipe, network, network.num_classes, head)
    return Sourced(recipe, graph, sha256)


def fit_of(config: Mapping[str, Any]) -> Fit:
    """What timm does with a picture before a network sees it, as a card says it.

    Raises:
        ExportError: a card has no words for it.
    """
    _, height, width = config["input_size"]
    if height != width or config["crop_mode"] != "center":
        raise ExportError(
            f"no card can say that pictures are brought to {height}x{width} pixels "
            f"by a {config['crop_mode']!r} crop"
        )
    resize = math.floor(height / config["crop_pct"])
    return Fit(resize=resize, crop=height, interpolation=config["interpolation"])


def _is_ours(name: str) -> bool:
    module = timm.model_entrypoint(name).__module__.rpartition(".")[2]
    return bool(FAMILY.search(name)) and not (module.startswith(TRANSFORMERS) or "clip" in name)


def tags_of(architecture: str) -> dict[str, Any]:
    """How timm describes each set of weights; the one that it prefers comes first."""
    configs = timm.models.get_arch_pretrained_cfgs(architecture).values()
    return {config.tag or "": config for config in configs}  # few have no weights and no tag


def _tag_of(sha256: str, tags: Mapping[str, Any]) -> str:
    """The weights that a file is: some are named after the first digits of their SHA-256."""
    return next((tag for tag, one in tags.items() if f"-{sha256[:8]}." in (one.url or "")), "")


def _downloaded(name: str, config: Any, say: Say) -> Any:
    """Let timm fetch and load the weights."""
    if not config.has_weights:
        raise UnusableWeights(f"timm publishes no such weights ({name}): give a file as --weights")
    url = config.url
    if config.hf_hub_id:
        url = huggingface_hub.hf_hub_url(config.hf_hub_id, config.hf_hub_filename or HUB_FILE)
    say(f"downloading {url}")
    try:
        if config.hf_hub_id:
            _call(config.hf_hub_id, url)
        return timm.create_model(name, pretrained=True)
    except Exception as error:  # the hub's client raises classes of several libraries
        raise unreachable(name, url, error) from error


def _call(repository: str, url: str) -> None:
    """Ask the hub once whether it is there; its client would ask for most of a minute."""
    file = url.rpartition("/")[2]
    if isinstance(huggingface_hub.try_to_load_from_cache(repository, file), str):
        return
    with contextlib.suppress(HfHubHTTPError):  # it has answered; what is missing timm will say
        huggingface_hub.get_hf_file_metadata(url, timeout=PATIENCE)


def terms(config: Any, name: str) -> dict[str, Any]:
    """What timm says of weights that it publishes."""
    page = f"https://huggingface.co/{config.hf_hub_id}" if config.hf_hub_id else config.url
    try:
        license = str(canonicalize_license_expression(config.license or ""))
    except InvalidLicenseExpression:  # such as "unknown"
        license = "NOASSERTION"
    data = f"As timm's tag {config.tag!r} says"
    if "in1k" in config.tag:
        data += (
            "; in1k is ImageNet-1k (Russakovsky et al. 2015), which its owners give for "
            "non-commercial research and education"
        )
    return {
        "title": f"timm's {name}",
        "source": page,
        "license": license,
        "author": f"those named at {config.origin_url or page}",
        "training_data": f"{data}.",
    }
