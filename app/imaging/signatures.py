"""The formats that are read, and the first bytes by which a file says that it is one."""

import re

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "TIFF", "JPEG2000", "PPM")
"""What we read, as Pillow calls it. Pillow knows more, but some of those start other programs or
are never photos."""

# Those of BMP are two letters, with which texts may begin too; Pillow looks further.
_SIGNATURES = {
    "JPEG": rb"\xff\xd8",
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "WEBP": rb"RIFF....WEBP",
    "AVIF": rb"....ftypavi[fs]",
    "GIF": rb"GIF8[79]a",
    "TIFF": rb"II[*+]\0|MM\0[*+]",
    "JPEG2000": rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  \r\n\x87\n",
    "PPM": rb"P[1-6Ff][\s#]",
}


def format_of(data: bytes) -> str | None:
    """Which of the formats the file says that it is of, whether or not that is true."""
    beginning = data[:16]
    for name, pattern in _SIGNATURES.items():
        if re.match(pattern, beginning, re.DOTALL):
            return name
    return None
