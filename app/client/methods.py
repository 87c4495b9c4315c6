"""The tasks as methods; `make client` writes this file from `docs/openapi.json`."""

from typing import Any, Literal

from app.client import documents
from app.client.answer import Answer
from app.client.api import GEOJSON, PICTURE
from app.client.async_connection import AsyncConnection
from app.client.connection import Connection
from app.client.upload import Picture


class Methods(Connection):
    """What can be asked about a picture."""

    def classify(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        top_k: int | None = None,
        explain: bool | None = None,
        deadline: float | None = None,
    ) -> documents.Classification:
        """Say what the picture shows.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            top_k: how many labels to answer, best first. The server's default is 5.
            explain: add the class-activation map of the best label: where its evidence lies.
                The server's default is false.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "top_k": top_k,
            "explain": explain,
        }
        return self._document(
            documents.Classification, "classification", {"image": picture}, options, deadline
        )

    def saliency(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        deadline: float | None = None,
    ) -> documents.Saliency:
        """Say where people look first.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {"model": model, "frame": frame, "window": window}
        return self._document(documents.Saliency, "saliency", {"image": picture}, options, deadline)

    def saliency_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        render: Literal["map", "overlay", "cutout"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where people look first. The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            render: `map`: gray, white where it is salient; `overlay`: a heat map over the
                picture; `cutout`: the picture, transparent where it is not salient. JSON is the
                same for all. The server's default is map.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "render": render,
            "format": format,
        }
        return self._ask("saliency", {"image": picture}, options, PICTURE, deadline)

    def segment(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        shapes: Literal["rle", "polygons"] | None = None,
        deadline: float | None = None,
    ) -> documents.Segmentation:
        """Say what every pixel shows.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            shapes: answer JSON with the outline of every class: COCO run lengths, polygons with
                holes, or as a whole GeoJSON, in the coordinates of an upload that has a
                georeference.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "shapes": shapes,
        }
        return self._document(
            documents.Segmentation, "segmentation", {"image": picture}, options, deadline
        )

    def segment_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        render: Literal["mask", "overlay"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say what every pixel shows. The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            render: `mask`: a picture whose pixel values are classes; `overlay`: their colours
                over the upload. JSON is the same for both. The server's default is mask.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "render": render,
            "format": format,
        }
        return self._ask("segmentation", {"image": picture}, options, PICTURE, deadline)

    def segment_geojson(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        deadline: float | None = None,
    ) -> dict[str, Any]:
        """Say what every pixel shows. The answer is a GeoJSON FeatureCollection.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {"model": model, "frame": frame, "window": window}
        answer = self._ask(
            "segmentation", {"image": picture}, options | {"shapes": "geojson"}, GEOJSON, deadline
        )
        collection: dict[str, Any] = answer.json()
        return collection

    def upscale(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "jpeg", "webp", "avif", "tiff"] | None = None,
        quality: int | None = None,
        lossless: bool | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Enlarge the picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the answer; the upload's own when absent, PNG where that can not
                be written.
            quality: of JPEG, WebP and AVIF; 95 when absent, 90 of AVIF.
            lossless: webP without loss. PNG and TIFF are so in any case, JPEG and AVIF in none.
                The server's default is false.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "quality": quality,
            "lossless": lossless,
        }
        return self._ask("super-resolution", {"image": picture}, options, PICTURE, deadline)


class AsyncMethods(AsyncConnection):
    """The same, to be awaited."""

    async def classify(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        top_k: int | None = None,
        explain: bool | None = None,
        deadline: float | None = None,
    ) -> documents.Classification:
        """Say what the picture shows.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            top_k: how many labels to answer, best first. The server's default is 5.
            explain: add the class-activation map of the best label: where its evidence lies.
                The server's default is false.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "top_k": top_k,
            "explain": explain,
        }
        return await self._document(
            documents.Classification, "classification", {"image": picture}, options, deadline
        )

    async def saliency(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        deadline: float | None = None,
    ) -> documents.Saliency:
        """Say where people look first.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {"model": model, "frame": frame, "window": window}
        return await self._document(
            documents.Saliency, "saliency", {"image": picture}, options, deadline
        )

    async def saliency_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        render: Literal["map", "overlay", "cutout"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where people look first. The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            render: `map`: gray, white where it is salient; `overlay`: a heat map over the
                picture; `cutout`: the picture, transparent where it is not salient. JSON is the
                same for all. The server's default is map.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "render": render,
            "format": format,
        }
        return await self._ask("saliency", {"image": picture}, options, PICTURE, deadline)

    async def segment(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        shapes: Literal["rle", "polygons"] | None = None,
        deadline: float | None = None,
    ) -> documents.Segmentation:
        """Say what every pixel shows.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            shapes: answer JSON with the outline of every class: COCO run lengths, polygons with
                holes, or as a whole GeoJSON, in the coordinates of an upload that has a
                georeference.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "shapes": shapes,
        }
        return await self._document(
            documents.Segmentation, "segmentation", {"image": picture}, options, deadline
        )

    async def segment_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        render: Literal["mask", "overlay"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say what every pixel shows. The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            render: `mask`: a picture whose pixel values are classes; `overlay`: their colours
                over the upload. JSON is the same for both. The server's default is mask.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "render": render,
            "format": format,
        }
        return await self._ask("segmentation", {"image": picture}, options, PICTURE, deadline)

    async def segment_geojson(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        deadline: float | None = None,
    ) -> dict[str, Any]:
        """Say what every pixel shows. The answer is a GeoJSON FeatureCollection.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {"model": model, "frame": frame, "window": window}
        answer = await self._ask(
            "segmentation", {"image": picture}, options | {"shapes": "geojson"}, GEOJSON, deadline
        )
        collection: dict[str, Any] = answer.json()
        return collection

    async def upscale(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "jpeg", "webp", "avif", "tiff"] | None = None,
        quality: int | None = None,
        lossless: bool | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Enlarge the picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the answer; the upload's own when absent, PNG where that can not
                be written.
            quality: of JPEG, WebP and AVIF; 95 when absent, 90 of AVIF.
            lossless: webP without loss. PNG and TIFF are so in any case, JPEG and AVIF in none.
                The server's default is false.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "quality": quality,
            "lossless": lossless,
        }
        return await self._ask("super-resolution", {"image": picture}, options, PICTURE, deadline)
