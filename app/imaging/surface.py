"""A surface from its normals: how deep every pixel lies, and the picture laid over it as a mesh."""

import io
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MeshFormat = Literal["glb", "ply", "obj"]

STEEPEST = 10.0
"""Slopes are cut to it: a normal across the view would make an endless one."""

_TRIANGLES = ((0, 2, 1), (1, 2, 3))
"""Of four neighbours, row by row; counterclockwise for who looks at the picture."""


def depth_of(normals: NDArray[np.float32]) -> NDArray[np.float32]:
    """Integrate normals: the surface whose slopes are nearest to theirs in the mean of squares.

    Frankot and Chellappa, "A Method for Enforcing Integrability in Shape from Shading Algorithms",
    PAMI 10(4), 1988, eq. 21, in parallel projection. Their surface goes on periodically; mirrored
    in both directions it need not end at one side as it begins at the other.

    Args:
        normals: float32 `[H, W, 3]`, x right, y down, z away from the camera, facing it (z < 0);
            zeros where nothing is known, which is taken as flat.

    Returns:
        float32 `[H, W]`: depth in pixels, larger is farther away, its mean 0.
    """
    height, width = normals.shape[:2]
    across, down = _slopes(normals)
    # A mirrored surface rises where it fell: slopes across change their sign with x, not with y.
    across = _mirrored(across, (1, -1))
    down = _mirrored(down, (-1, 1))
    wave_x = 2 * np.pi * np.fft.rfftfreq(2 * width)
    wave_y = 2 * np.pi * np.fft.fftfreq(2 * height)[:, np.newaxis]
    power = wave_x**2 + wave_y**2
    power[0, 0] = 1.0  # of the mean nothing is known
    spectrum = -1j * (wave_x * np.fft.rfft2(across) + wave_y * np.fft.rfft2(down)) / power
    spectrum[0, 0] = 0.0
    depth = np.fft.irfft2(spectrum, s=across.shape)[:height, :width]
    centred: NDArray[np.float32] = (depth - depth.mean()).astype(np.float32)
    return centred


def mesh(depth: NDArray[np.float32], colors: NDArray[np.uint8], form: MeshFormat = "glb") -> bytes:
    """A surface as a file of triangles, as large as the larger side is 2 units long.

    Axes are those of glTF 2.0 (section 3.4): x right, y up, z to the viewer.

    Args:
        depth: float32 `[h, w]`, at least 2 each way, in its own pixels.
        colors: uint8 `[H, W, 3]`, sRGB, of the same view. In a glb it is a texture; in the others
            the vertices are coloured, which needs `H, W` to be `h, w`.
        form: `glb` (binary glTF 2.0), `ply` (Stanford) or `obj` (Wavefront).
    """
    # It takes a tenth of a second to import, which only who asks for a mesh should wait for.
    from trimesh import Trimesh
    from trimesh.visual.material import PBRMaterial
    from trimesh.visual.texture import TextureVisuals

    height, width = depth.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    middle = np.array([(width - 1) / 2, (height - 1) / 2], np.float32)
    unit = 2 / max(width - 1, height - 1)
    points = np.stack([x - middle[0], middle[1] - y, -depth], axis=-1) * np.float32(unit)
    corners = (np.arange(height - 1)[:, np.newaxis] * width + np.arange(width - 1)).ravel()
    square = np.stack([corners, corners + 1, corners + width, corners + width + 1], axis=-1)
    faces = square[:, _TRIANGLES].reshape(-1, 3)
    made: dict[str, Any] = {"vertices": points.reshape(-1, 3), "faces": faces, "process": False}
    if form != "glb":
        body = Trimesh(**made, vertex_colors=colors.reshape(-1, 3)).export(file_type=form)
        return body.encode() if isinstance(body, str) else bytes(body)
    uv = np.stack([(x + 0.5) / width, 1 - (y + 0.5) / height], axis=-1).reshape(-1, 2)
    # Light that was in the scene is in the picture already: nothing shines or is metal.
    dull = PBRMaterial(  # type: ignore[no-untyped-call]
        baseColorTexture=_as_jpeg(colors), metallicFactor=0.0, roughnessFactor=1.0
    )
    visual = TextureVisuals(uv=uv, material=dull)  # type: ignore[no-untyped-call]
    body = Trimesh(**made, visual=visual).export(file_type="glb")
    assert isinstance(body, bytes)
    return body


def _slopes(normals: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How fast the depth grows to the right and downwards."""
    toward = np.maximum(-normals[..., 2].astype(np.float64), 1 / STEEPEST)
    x, y = (np.clip(normals[..., axis] / toward, -STEEPEST, STEEPEST) for axis in (0, 1))
    return x, y


def _mirrored(plane: NDArray[np.float64], signs: tuple[int, int]) -> NDArray[np.float64]:
    """The plane and its mirror images below and to the right, times the signs of y and x."""
    wide = np.concatenate([plane, plane[:, ::-1] * signs[1]], axis=1)
    return np.concatenate([wide, wide[::-1] * signs[0]], axis=0)


def _as_jpeg(colors: NDArray[np.uint8]) -> Image.Image:
    """The picture as trimesh puts it into a file: in the format that it was opened from."""
    buffer = io.BytesIO()
    Image.fromarray(colors).save(buffer, "JPEG", quality=90)
    return Image.open(buffer)
