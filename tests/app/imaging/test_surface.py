"""Surfaces: integrated normals give back the surface; meshes open elsewhere and face the viewer."""

import io
from typing import Any

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from app.imaging.surface import MeshFormat, depth_of, mesh
from tests.conftest import noise


def normals_of(depth: NDArray[np.float64]) -> NDArray[np.float32]:
    """By differences of neighbours, as in any text book."""
    down, across = np.gradient(depth)
    vectors = np.stack([across, down, -np.ones_like(depth)], axis=-1)
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def waves(height: int, width: int) -> NDArray[np.float64]:
    """A surface that ends at no side as it begins at the other."""
    y, x = np.mgrid[:height, :width].astype(float)
    return 10 * np.sin(x / 25) * np.cos(y / 30) + 0.3 * x - 0.1 * y


@pytest.mark.parametrize(("height", "width"), [(120, 160), (61, 33)])
def test_integration_gives_the_surface_back(height: int, width: int) -> None:
    surface = waves(height, width)
    found = depth_of(normals_of(surface))
    assert found.shape == surface.shape
    assert abs(found.mean()) < 1e-3
    error = found - (surface - surface.mean())
    assert np.abs(error).max() < 0.03 * (surface.max() - surface.min())


def test_what_nothing_is_known_of_is_flat() -> None:
    assert np.abs(depth_of(np.zeros((8, 9, 3), np.float32))).max() < 1e-6


def test_a_normal_across_the_view_makes_no_endless_slope() -> None:
    normals = np.zeros((16, 16, 3), np.float32)
    normals[..., 0] = 1
    assert np.isfinite(depth_of(normals)).all()


def loaded(body: bytes, form: MeshFormat) -> Any:
    return trimesh.load(io.BytesIO(body), file_type=form, force="mesh", process=False)


@pytest.mark.parametrize("form", ["glb", "ply", "obj"])
def test_meshes(form: MeshFormat) -> None:
    depth = waves(20, 30).astype(np.float32)
    found = loaded(mesh(depth, noise(30, 20), form), form)
    assert len(found.faces) == 2 * 19 * 29
    assert np.allclose(np.ptp(found.bounds[:, :2], axis=0), [2, 2 * 19 / 29], atol=1e-5)
    assert (found.face_normals[:, 2] > 0).all()  # to the viewer
    # The first vertex is the picture's upper left one.
    first = [-1, 19 / 29, -depth[0, 0] * 2 / 29]
    assert np.abs(np.asarray(found.vertices) - first).sum(axis=1).min() < 1e-4


@pytest.mark.parametrize("form", ["ply", "obj"])
def test_vertices_are_coloured(form: MeshFormat) -> None:
    colors = noise(4, 3)
    found = loaded(mesh(np.zeros((3, 4), np.float32), colors, form), form)
    shown = np.asarray(found.visual.vertex_colors)[:, :3]
    assert sorted(map(tuple, shown.tolist())) == sorted(map(tuple, colors.reshape(-1, 3).tolist()))


def test_the_texture_lies_as_the_picture_does() -> None:
    colors = np.zeros((32, 48, 3), np.uint8)
    colors[:16, :24] = 255
    found = loaded(mesh(np.zeros((8, 12), np.float32), colors), "glb")
    texture = np.asarray(found.visual.material.baseColorTexture.convert("L"))
    points, uv = np.asarray(found.vertices), np.asarray(found.visual.uv)
    rows = ((1 - uv[:, 1]) * 32).astype(int)
    columns = (uv[:, 0] * 48).astype(int)
    upper_left = (points[:, 0] < -0.2) & (points[:, 1] > 0.2)
    assert (texture[rows, columns][upper_left] > 200).all()
    assert (texture[rows, columns][(points[:, 0] > 0.2) | (points[:, 1] < -0.2)] < 60).all()
