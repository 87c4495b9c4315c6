"""Pictures that no camera took, for the pipelines: walls, people, streets, a chest.

They are drawn so that anybody may have them, and so that it is known what they show. What a network
says of them tells how a pipeline works, not how good the network is.
"""

from .cracked import facade, pavement
from .phantom import chest, dicom
from .raster import geotiff
from .site import site
from .street import street

__all__ = ["chest", "dicom", "facade", "geotiff", "pavement", "site", "street"]
