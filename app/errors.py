"""Everything that can go wrong, as one tree of exceptions; nothing here knows of HTTP.

    DensightError
    ├── PictureError
    │   ├── UnknownFormat        the bytes are not a picture format that we read
    │   ├── BrokenPicture        the format is known, the pixels can not be decoded
    │   ├── FrameNotFound        the file has fewer frames or pages
    │   ├── PictureTooLarge      more pixels than the limit allows
    │   ├── PicturesDiffer       pictures that belong together are not of one size
    │   ├── CannotWindow         a window was given for a picture that takes none
    │   └── CannotGeoreference   where the picture lies could not be read, and was asked for
    ├── ModelError
    │   ├── InvalidCard          the metadata of a file do not describe a model
    │   ├── InvalidModel         the graph does not keep the contract of its task
    │   ├── ModelNotFound        nobody serves a model of that name
    │   ├── CannotExplain        the model has no class-activation maps
    │   ├── ClassNotFound        the model knows no class of that name
    │   ├── TaskNotAnswered      the model answers several tasks, but not this one
    │   └── StyleNotFound        the model does not paint like that
    ├── RuntimeFault
    │   ├── DeviceUnavailable    the device asked for is not there
    │   ├── TracesUnavailable    traces can not be sent as the environment asks
    │   ├── ModelControlOff      models are not loaded and unloaded on request here
    │   ├── NotReady             models are still being loaded
    │   ├── QueueFull            more work waits than the queue holds
    │   ├── NoRoom               other requests leave no memory for this one
    │   ├── OutOfMemory          the device has no memory for a run of a model
    │   ├── DeadlineExceeded     the answer would come too late
    │   ├── JobsUnavailable      there is no place where jobs could be kept
    │   ├── JobInterrupted       the service ended too often while it did the job
    │   └── DiskFull             uploads and results of jobs take all the room they may
    └── RequestError
        ├── MalformedRequest     the request is not of the form that a route takes
        ├── UnsupportedMedia     the body is of a media type that no route takes
        ├── BodyTooLarge         more bytes than the limit allows
        ├── Unauthorized         no key, or a wrong one
        ├── NotAcceptable        no media type that the client accepts can be made
        ├── JobNotFound          there is no such job, or no longer
        ├── JobUnfinished        the job has no result yet
        ├── JobCancelled         the job will never have a result
        ├── IdempotencyKeyReused another request had the same key
        └── WebhookRefused       no message may be sent there

`str(error)` is one sentence for a person, `error.facts` what a program needs to mend the request.
"""


class DensightError(Exception):
    """The root: catching it catches every failure that Densight foresees."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.facts = facts


class PictureError(DensightError):
    """Something about the picture itself."""


class UnknownFormat(PictureError):
    """The bytes are not a picture format that we read."""


class BrokenPicture(PictureError):
    """The format is known, but the pixels can not be decoded."""


class FrameNotFound(PictureError):
    """The file has fewer frames or pages than the one asked for."""


class PictureTooLarge(PictureError):
    """The picture, or the answer to it, has more pixels than the limit allows."""


class PicturesDiffer(PictureError):
    """Two pictures that belong together are not of one size."""


class CannotWindow(PictureError):
    """A window was given for a picture whose values are not to be windowed."""


class CannotGeoreference(PictureError):
    """Where the picture lies could not be read, and the answer asked for would say it."""


class ModelError(DensightError):
    """Something about a model."""


class InvalidCard(ModelError):
    """The metadata of a file do not describe a model."""


class InvalidModel(ModelError):
    """The graph does not keep the contract of its task, or can not be loaded at all."""


class ModelNotFound(ModelError):
    """Nobody serves a model of that name."""


class CannotExplain(ModelError):
    """The model has no class-activation maps."""


class ClassNotFound(ModelError):
    """The model knows no class of that name."""


class TaskNotAnswered(ModelError):
    """The model answers several tasks, but not the one asked for."""


class StyleNotFound(ModelError):
    """The model knows no style of that name."""


class RuntimeFault(DensightError):
    """The machine can not do it, or can not do it now."""


class DeviceUnavailable(RuntimeFault):
    """The device asked for is not there."""


class TracesUnavailable(RuntimeFault):
    """Traces can not be sent as the environment asks."""


class ModelControlOff(RuntimeFault):
    """Models are not loaded and unloaded on request here."""


class NotReady(RuntimeFault):
    """Models are still being loaded."""


class QueueFull(RuntimeFault):
    """More work waits than the queue holds."""


class NoRoom(RuntimeFault):
    """Other requests leave no memory for this one."""


class OutOfMemory(RuntimeFault):
    """The device has no memory for a run of a model."""


class DeadlineExceeded(RuntimeFault):
    """The answer would come too late."""


class JobsUnavailable(RuntimeFault):
    """There is no place where jobs could be kept."""


class JobInterrupted(RuntimeFault):
    """The service ended too often while it did the job."""


class DiskFull(RuntimeFault):
    """Uploads and results of jobs take all the room that they may, or that there is."""


class RequestError(DensightError):
    """Something about the request around the picture."""


class MalformedRequest(RequestError):
    """The request is not of the form that a route takes."""


class UnsupportedMedia(RequestError):
    """The body is of a media type that no route takes."""


class BodyTooLarge(RequestError):
    """The body has more bytes than the limit allows."""


class Unauthorized(RequestError):
    """No key was given, or a wrong one."""


class NotAcceptable(RequestError):
    """No media type that the client accepts can be made."""


class JobNotFound(RequestError):
    """There is no such job, or no longer."""


class JobUnfinished(RequestError):
    """The job has no result yet."""


class JobCancelled(RequestError):
    """The job was cancelled, so it will never have a result."""


class IdempotencyKeyReused(RequestError):
    """Another request had the same `Idempotency-Key`."""


class WebhookRefused(RequestError):
    """No message may be sent to the place that the client names."""
