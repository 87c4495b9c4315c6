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
        explain_index: int | None = None,
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
            explain_index: add the map of the label with this index instead of the best one's.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "top_k": top_k,
            "explain": explain,
            "explain_index": explain_index,
        }
        return self._document(
            documents.Classification, "classification", {"image": picture}, options, deadline
        )

    def detect(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        min_score: float | None = None,
        max_objects: int | None = None,
        deadline: float | None = None,
    ) -> documents.Detection:
        """Say which objects the picture shows, and where.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            min_score: the least score of an object, 0 to 1: a lower one finds more, and more
                that is not there. The server's default is 0.3.
            max_objects: how many objects to answer, best first; a model itself names only so
                many in a picture or in a tile of it. The server's default is 1000.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "min_score": min_score,
            "max_objects": max_objects,
        }
        return self._document(
            documents.Detection, "detection", {"image": picture}, options, deadline
        )

    def detect_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        min_score: float | None = None,
        max_objects: int | None = None,
        render: Literal["overlay"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say which objects the picture shows, and where.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            min_score: the least score of an object, 0 to 1: a lower one finds more, and more
                that is not there. The server's default is 0.3.
            max_objects: how many objects to answer, best first; a model itself names only so
                many in a picture or in a tile of it. The server's default is 1000.
            render: `overlay`: answer the upload with frames and labels in the colours of the
                classes. JSON is the same.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "min_score": min_score,
            "max_objects": max_objects,
            "render": render,
        }
        return self._ask("detection", {"image": picture}, options, PICTURE, deadline)

    def detect_geojson(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        min_score: float | None = None,
        max_objects: int | None = None,
        deadline: float | None = None,
    ) -> dict[str, Any]:
        """Say which objects the picture shows, and where.

        The answer is a GeoJSON FeatureCollection.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            min_score: the least score of an object, 0 to 1: a lower one finds more, and more
                that is not there. The server's default is 0.3.
            max_objects: how many objects to answer, best first; a model itself names only so
                many in a picture or in a tile of it. The server's default is 1000.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "min_score": min_score,
            "max_objects": max_objects,
        }
        answer = self._ask(
            "detection", {"image": picture}, options | {"shapes": "geojson"}, GEOJSON, deadline
        )
        collection: dict[str, Any] = answer.json()
        return collection

    def edges(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        thin: bool | None = None,
        threshold: float | None = None,
        deadline: float | None = None,
    ) -> documents.Edges:
        """Say where the borders of things are.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            thin: leave of every edge only the strongest pixel across it, as the boundary
                benchmark does. The lines of JSON are thin in any case. The server's default is
                false.
            threshold: leave out what is weaker; 0 when absent, 0.5 for the lines of JSON.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "thin": thin,
            "threshold": threshold,
        }
        return self._document(documents.Edges, "edges", {"image": picture}, options, deadline)

    def edges_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        render: Literal["map", "overlay"] | None = None,
        thin: bool | None = None,
        threshold: float | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where the borders of things are.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `map`: gray, white where it is sure that there is an edge; `overlay`: in
                colours over the picture. JSON is the same for both. The server's default is
                map.
            thin: leave of every edge only the strongest pixel across it, as the boundary
                benchmark does. The lines of JSON are thin in any case. The server's default is
                false.
            threshold: leave out what is weaker; 0 when absent, 0.5 for the lines of JSON.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
            "thin": thin,
            "threshold": threshold,
        }
        return self._ask("edges", {"image": picture}, options, PICTURE, deadline)

    def flow(
        self,
        image: Picture,
        next: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        deadline: float | None = None,
    ) -> documents.Flow:
        """Say where each pixel of a picture is in the next one.

        Args:
            image: a path, bytes, a file, an image or an array.
            next: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {"model": model, "frame": frame, "window": window}
        return self._document(
            documents.Flow, "flow", {"image": image, "next": next}, options, deadline
        )

    def flow_image(
        self,
        image: Picture,
        next: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        render: Literal["flow", "wheel", "arrows"] | None = None,
        format: Literal["png", "flo"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where each pixel of a picture is in the next one.

        The answer is a picture.

        Args:
            image: a path, bytes, a file, an image or an array.
            next: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            render: `flow`: the vectors in KITTI's 16-bit form; `wheel`: their directions as
                hues, their lengths as how strong the colours are; `arrows`: drawn over the
                picture. JSON is the same for all. The server's default is flow.
            format: `flo`: the vectors as a Middlebury file, whatever is rendered.
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
        return self._ask("flow", {"image": image, "next": next}, options, PICTURE, deadline)

    def normals(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        depth: Literal["8", "16"] | None = None,
        light: str | None = None,
        deadline: float | None = None,
    ) -> documents.Normals:
        """Say which way every surface faces.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            depth: bits of a value of the map. The server's default is 8.
            light: where the light of a relief comes from: `azimuth,elevation` in degrees,
                azimuth clockwise from above the picture, elevation 90 is the camera's place.
                The server's default is 315,45.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "depth": depth,
            "light": light,
        }
        return self._document(documents.Normals, "normals", {"image": picture}, options, deadline)

    def normals_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        render: Literal["map", "relief"] | None = None,
        depth: Literal["8", "16"] | None = None,
        light: str | None = None,
        format: Literal["png", "tiff", "glb", "ply", "obj"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say which way every surface faces.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            render: `map`: red, green and blue are (n + 1) / 2 of x right, y down and z into the
                picture; `relief`: gray, lit from `light`. JSON is the same for both. The
                server's default is map.
            depth: bits of a value of the map. The server's default is 8.
            light: where the light of a relief comes from: `azimuth,elevation` in degrees,
                azimuth clockwise from above the picture, elevation 90 is the camera's place.
                The server's default is 315,45.
            format: format of the drawing, or of a mesh: the surface got by integrating the
                normals, with the picture on it.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "render": render,
            "depth": depth,
            "light": light,
            "format": format,
        }
        return self._ask("normals", {"image": picture}, options, PICTURE, deadline)

    def parts(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        shapes: Literal["rle", "polygons"] | None = None,
        deadline: float | None = None,
    ) -> documents.Parts:
        """Say what of a person every pixel shows.

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
        return self._document(documents.Parts, "parts", {"image": picture}, options, deadline)

    def parts_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        render: Literal["mask", "overlay"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say what of a person every pixel shows.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `mask`: a picture whose pixel values are classes; `overlay`: their colours
                over the upload. JSON is the same for both. The server's default is mask.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
        }
        return self._ask("parts", {"image": picture}, options, PICTURE, deadline)

    def parts_geojson(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        deadline: float | None = None,
    ) -> dict[str, Any]:
        """Say what of a person every pixel shows.

        The answer is a GeoJSON FeatureCollection.

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
            "parts", {"image": picture}, options | {"shapes": "geojson"}, GEOJSON, deadline
        )
        collection: dict[str, Any] = answer.json()
        return collection

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
        format: Literal["png", "tiff"] | None = None,
        render: Literal["map", "overlay", "cutout"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where people look first.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `map`: gray, white where it is salient; `overlay`: a heat map over the
                picture; `cutout`: the picture, transparent where it is not salient. JSON is the
                same for all. The server's default is map.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
        }
        return self._ask("saliency", {"image": picture}, options, PICTURE, deadline)

    def scene(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        tasks: str | None = None,
        numbers: bool | None = None,
        deadline: float | None = None,
    ) -> documents.Scene:
        """Answer several questions in one pass.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            tasks: which of the model's tasks are answered, with commas between; all of them
                when absent.
            numbers: answer with the numbers of each task as well, not with its picture only;
                JSON has them. The server's default is false.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "tasks": tasks,
            "numbers": numbers,
        }
        return self._document(documents.Scene, "scene", {"image": picture}, options, deadline)

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
        format: Literal["png", "tiff"] | None = None,
        render: Literal["mask", "overlay"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say what every pixel shows.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `mask`: a picture whose pixel values are classes; `overlay`: their colours
                over the upload. JSON is the same for both. The server's default is mask.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
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
        """Say what every pixel shows.

        The answer is a GeoJSON FeatureCollection.

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

    def boundaries(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        threshold: float | None = None,
        class_: str | None = None,
        deadline: float | None = None,
    ) -> documents.SemanticBoundaries:
        """Say where things of which class end.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            threshold: from this strength on there is a boundary. The server's default is 0.4.
            class_: label or index of the only class to look at; what is drawn then are its
                strengths, gray and without a threshold.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "threshold": threshold,
            "class": class_,
        }
        return self._document(
            documents.SemanticBoundaries,
            "semantic-boundaries",
            {"image": picture},
            options,
            deadline,
        )

    def boundaries_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        render: Literal["mask", "overlay"] | None = None,
        threshold: float | None = None,
        class_: str | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where things of which class end.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `mask`: a picture whose pixel values are 1 + the index of the strongest
                class, 0 where no boundary runs; `overlay`: their colours over the picture. JSON
                is the same for both. The server's default is mask.
            threshold: from this strength on there is a boundary. The server's default is 0.4.
            class_: label or index of the only class to look at; what is drawn then are its
                strengths, gray and without a threshold.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
            "threshold": threshold,
            "class": class_,
        }
        return self._ask("semantic-boundaries", {"image": picture}, options, PICTURE, deadline)

    def stylize(
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
        style: str | None = None,
        strength: float | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Paint the picture in the style of a painter.

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
            style: one of the styles that the model's card lists as its `labels`; the first when
                absent.
            strength: how much of the painting there is in the answer: 0 is the picture as it
                was. The server's default is 1.0.
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
            "style": style,
            "strength": strength,
        }
        return self._ask("style", {"image": picture}, options, PICTURE, deadline)

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
        explain_index: int | None = None,
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
            explain_index: add the map of the label with this index instead of the best one's.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "top_k": top_k,
            "explain": explain,
            "explain_index": explain_index,
        }
        return await self._document(
            documents.Classification, "classification", {"image": picture}, options, deadline
        )

    async def detect(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        min_score: float | None = None,
        max_objects: int | None = None,
        deadline: float | None = None,
    ) -> documents.Detection:
        """Say which objects the picture shows, and where.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            min_score: the least score of an object, 0 to 1: a lower one finds more, and more
                that is not there. The server's default is 0.3.
            max_objects: how many objects to answer, best first; a model itself names only so
                many in a picture or in a tile of it. The server's default is 1000.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "min_score": min_score,
            "max_objects": max_objects,
        }
        return await self._document(
            documents.Detection, "detection", {"image": picture}, options, deadline
        )

    async def detect_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        min_score: float | None = None,
        max_objects: int | None = None,
        render: Literal["overlay"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say which objects the picture shows, and where.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            min_score: the least score of an object, 0 to 1: a lower one finds more, and more
                that is not there. The server's default is 0.3.
            max_objects: how many objects to answer, best first; a model itself names only so
                many in a picture or in a tile of it. The server's default is 1000.
            render: `overlay`: answer the upload with frames and labels in the colours of the
                classes. JSON is the same.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "min_score": min_score,
            "max_objects": max_objects,
            "render": render,
        }
        return await self._ask("detection", {"image": picture}, options, PICTURE, deadline)

    async def detect_geojson(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        min_score: float | None = None,
        max_objects: int | None = None,
        deadline: float | None = None,
    ) -> dict[str, Any]:
        """Say which objects the picture shows, and where.

        The answer is a GeoJSON FeatureCollection.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            min_score: the least score of an object, 0 to 1: a lower one finds more, and more
                that is not there. The server's default is 0.3.
            max_objects: how many objects to answer, best first; a model itself names only so
                many in a picture or in a tile of it. The server's default is 1000.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "min_score": min_score,
            "max_objects": max_objects,
        }
        answer = await self._ask(
            "detection", {"image": picture}, options | {"shapes": "geojson"}, GEOJSON, deadline
        )
        collection: dict[str, Any] = answer.json()
        return collection

    async def edges(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        thin: bool | None = None,
        threshold: float | None = None,
        deadline: float | None = None,
    ) -> documents.Edges:
        """Say where the borders of things are.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            thin: leave of every edge only the strongest pixel across it, as the boundary
                benchmark does. The lines of JSON are thin in any case. The server's default is
                false.
            threshold: leave out what is weaker; 0 when absent, 0.5 for the lines of JSON.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "thin": thin,
            "threshold": threshold,
        }
        return await self._document(documents.Edges, "edges", {"image": picture}, options, deadline)

    async def edges_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        render: Literal["map", "overlay"] | None = None,
        thin: bool | None = None,
        threshold: float | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where the borders of things are.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `map`: gray, white where it is sure that there is an edge; `overlay`: in
                colours over the picture. JSON is the same for both. The server's default is
                map.
            thin: leave of every edge only the strongest pixel across it, as the boundary
                benchmark does. The lines of JSON are thin in any case. The server's default is
                false.
            threshold: leave out what is weaker; 0 when absent, 0.5 for the lines of JSON.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
            "thin": thin,
            "threshold": threshold,
        }
        return await self._ask("edges", {"image": picture}, options, PICTURE, deadline)

    async def flow(
        self,
        image: Picture,
        next: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        deadline: float | None = None,
    ) -> documents.Flow:
        """Say where each pixel of a picture is in the next one.

        Args:
            image: a path, bytes, a file, an image or an array.
            next: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {"model": model, "frame": frame, "window": window}
        return await self._document(
            documents.Flow, "flow", {"image": image, "next": next}, options, deadline
        )

    async def flow_image(
        self,
        image: Picture,
        next: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        render: Literal["flow", "wheel", "arrows"] | None = None,
        format: Literal["png", "flo"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where each pixel of a picture is in the next one.

        The answer is a picture.

        Args:
            image: a path, bytes, a file, an image or an array.
            next: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            render: `flow`: the vectors in KITTI's 16-bit form; `wheel`: their directions as
                hues, their lengths as how strong the colours are; `arrows`: drawn over the
                picture. JSON is the same for all. The server's default is flow.
            format: `flo`: the vectors as a Middlebury file, whatever is rendered.
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
        return await self._ask("flow", {"image": image, "next": next}, options, PICTURE, deadline)

    async def normals(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        depth: Literal["8", "16"] | None = None,
        light: str | None = None,
        deadline: float | None = None,
    ) -> documents.Normals:
        """Say which way every surface faces.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            depth: bits of a value of the map. The server's default is 8.
            light: where the light of a relief comes from: `azimuth,elevation` in degrees,
                azimuth clockwise from above the picture, elevation 90 is the camera's place.
                The server's default is 315,45.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "depth": depth,
            "light": light,
        }
        return await self._document(
            documents.Normals, "normals", {"image": picture}, options, deadline
        )

    async def normals_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        render: Literal["map", "relief"] | None = None,
        depth: Literal["8", "16"] | None = None,
        light: str | None = None,
        format: Literal["png", "tiff", "glb", "ply", "obj"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say which way every surface faces.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            render: `map`: red, green and blue are (n + 1) / 2 of x right, y down and z into the
                picture; `relief`: gray, lit from `light`. JSON is the same for both. The
                server's default is map.
            depth: bits of a value of the map. The server's default is 8.
            light: where the light of a relief comes from: `azimuth,elevation` in degrees,
                azimuth clockwise from above the picture, elevation 90 is the camera's place.
                The server's default is 315,45.
            format: format of the drawing, or of a mesh: the surface got by integrating the
                normals, with the picture on it.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "render": render,
            "depth": depth,
            "light": light,
            "format": format,
        }
        return await self._ask("normals", {"image": picture}, options, PICTURE, deadline)

    async def parts(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        shapes: Literal["rle", "polygons"] | None = None,
        deadline: float | None = None,
    ) -> documents.Parts:
        """Say what of a person every pixel shows.

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
        return await self._document(documents.Parts, "parts", {"image": picture}, options, deadline)

    async def parts_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        render: Literal["mask", "overlay"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say what of a person every pixel shows.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `mask`: a picture whose pixel values are classes; `overlay`: their colours
                over the upload. JSON is the same for both. The server's default is mask.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
        }
        return await self._ask("parts", {"image": picture}, options, PICTURE, deadline)

    async def parts_geojson(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        deadline: float | None = None,
    ) -> dict[str, Any]:
        """Say what of a person every pixel shows.

        The answer is a GeoJSON FeatureCollection.

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
            "parts", {"image": picture}, options | {"shapes": "geojson"}, GEOJSON, deadline
        )
        collection: dict[str, Any] = answer.json()
        return collection

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
        format: Literal["png", "tiff"] | None = None,
        render: Literal["map", "overlay", "cutout"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where people look first.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `map`: gray, white where it is salient; `overlay`: a heat map over the
                picture; `cutout`: the picture, transparent where it is not salient. JSON is the
                same for all. The server's default is map.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
        }
        return await self._ask("saliency", {"image": picture}, options, PICTURE, deadline)

    async def scene(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        tasks: str | None = None,
        numbers: bool | None = None,
        deadline: float | None = None,
    ) -> documents.Scene:
        """Answer several questions in one pass.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            tasks: which of the model's tasks are answered, with commas between; all of them
                when absent.
            numbers: answer with the numbers of each task as well, not with its picture only;
                JSON has them. The server's default is false.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "tasks": tasks,
            "numbers": numbers,
        }
        return await self._document(documents.Scene, "scene", {"image": picture}, options, deadline)

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
        format: Literal["png", "tiff"] | None = None,
        render: Literal["mask", "overlay"] | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say what every pixel shows.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `mask`: a picture whose pixel values are classes; `overlay`: their colours
                over the upload. JSON is the same for both. The server's default is mask.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
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
        """Say what every pixel shows.

        The answer is a GeoJSON FeatureCollection.

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

    async def boundaries(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        threshold: float | None = None,
        class_: str | None = None,
        deadline: float | None = None,
    ) -> documents.SemanticBoundaries:
        """Say where things of which class end.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            threshold: from this strength on there is a boundary. The server's default is 0.4.
            class_: label or index of the only class to look at; what is drawn then are its
                strengths, gray and without a threshold.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "threshold": threshold,
            "class": class_,
        }
        return await self._document(
            documents.SemanticBoundaries,
            "semantic-boundaries",
            {"image": picture},
            options,
            deadline,
        )

    async def boundaries_image(
        self,
        picture: Picture,
        *,
        model: str | None = None,
        frame: int | None = None,
        window: str | None = None,
        metadata: Literal["keep", "strip"] | None = None,
        format: Literal["png", "tiff"] | None = None,
        render: Literal["mask", "overlay"] | None = None,
        threshold: float | None = None,
        class_: str | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Say where things of which class end.

        The answer is a picture.

        Args:
            picture: a path, bytes, a file, an image or an array.
            model: `name` or `name@version` of a model; the task's default model when absent.
            frame: which frame of an animation or DICOM, or page of a TIFF; the first is 0. The
                server's default is 0.
            window: `center,width` of the values of a gray DICOM picture that are shown, darkest
                to brightest; the file's own window when absent.
            metadata: `keep` resolution, EXIF and XMP, as far as they are true of the answer, or
                `strip` them. The server's default is keep.
            format: format of the drawing; a TIFF of an upload with a georeference is a GeoTIFF.
            render: `mask`: a picture whose pixel values are 1 + the index of the strongest
                class, 0 where no boundary runs; `overlay`: their colours over the picture. JSON
                is the same for both. The server's default is mask.
            threshold: from this strength on there is a boundary. The server's default is 0.4.
            class_: label or index of the only class to look at; what is drawn then are its
                strengths, gray and without a threshold.
            deadline: seconds for this call; the client's when absent.
        """
        options: dict[str, Any] = {
            "model": model,
            "frame": frame,
            "window": window,
            "metadata": metadata,
            "format": format,
            "render": render,
            "threshold": threshold,
            "class": class_,
        }
        return await self._ask(
            "semantic-boundaries", {"image": picture}, options, PICTURE, deadline
        )

    async def stylize(
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
        style: str | None = None,
        strength: float | None = None,
        deadline: float | None = None,
    ) -> Answer:
        """Paint the picture in the style of a painter.

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
            style: one of the styles that the model's card lists as its `labels`; the first when
                absent.
            strength: how much of the painting there is in the answer: 0 is the picture as it
                was. The server's default is 1.0.
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
            "style": style,
            "strength": strength,
        }
        return await self._ask("style", {"image": picture}, options, PICTURE, deadline)

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
