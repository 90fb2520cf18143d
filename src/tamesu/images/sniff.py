"""Which format a file's first bytes say; the file's name plays no part."""

from __future__ import annotations

from tamesu.images.faults import UnreadableImageError

MAGIC: dict[bytes, str] = {
    b"\xff\xd8": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
}

# Formats of pictures for which no reader is installed with tamesu.
NO_DECODER: dict[bytes, str] = {
    b"\0\0\0\x0cjP  ": "JPEG 2000",
    b"\xff\x4f\xff\x51": "JPEG 2000",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\xff\x0a": "JPEG XL",
    b"FUJIFILM": "RAW",
    b"IIU\0": "RAW",
    b"SIMPLE  =": "FITS",
    b"\x76\x2f\x31\x01": "OpenEXR",
}

# Programs, layers and pages: a reader for these starts other programs, or has to choose what to show.
NOT_ALLOWED: dict[bytes, str] = {
    b"%!PS": "PostScript",
    b"\xc5\xd0\xd3\xc6": "PostScript",
    b"%PDF": "PDF",
    b"8BPS": "PSD",
    b"\xd7\xcd\xc6\x9a": "WMF",
    b"\0\0\1\0": "ICO",
    b"\0\0\2\0": "ICO",
    b"P1": "PNM",
    b"P2": "PNM",
    b"P3": "PNM",
    b"P4": "PNM",
    b"P5": "PNM",
    b"P6": "PNM",
    b"PK\3\4": "ZIP",
}

AVIF_BRANDS = {b"avif", b"avis"}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
SHORTEST = 8  # bytes; nothing shorter can be told apart from rubbish


def sniff_format(content: bytes) -> str:
    """The format of an image by its first bytes.

    Args:
        content: the whole file, or at least its first 132 bytes.

    Returns:
        One of JPEG, PNG, WEBP, TIFF, GIF, BMP, AVIF.

    Raises:
        UnreadableImageError: IMG_EMPTY, IMG_UNREADABLE (too short to tell), IMG_LFS_POINTER, IMG_NO_DECODER,
            IMG_FORMAT_NOT_ALLOWED, or IMG_NOT_AN_IMAGE for everything else.

    Examples:
        >>> sniff_format(b"GIF89a....")
        'GIF'
    """
    if not content:
        raise UnreadableImageError("IMG_EMPTY")
    if len(content) < SHORTEST:
        raise UnreadableImageError("IMG_UNREADABLE")
    head = content[:132]
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _sniff_brand(head)
    if head.startswith(b"version https://git-lfs"):
        raise UnreadableImageError("IMG_LFS_POINTER")
    for magic, name in NO_DECODER.items():
        if head.startswith(magic):
            raise UnreadableImageError("IMG_NO_DECODER", name)
    if head[128:132] == b"DICM":
        raise UnreadableImageError("IMG_NO_DECODER", "DICOM")
    for magic, name in NOT_ALLOWED.items():
        if head.startswith(magic):
            raise UnreadableImageError("IMG_FORMAT_NOT_ALLOWED", name)
    raise UnreadableImageError("IMG_NOT_AN_IMAGE")


def _sniff_brand(head: bytes) -> str:
    """AVIF, or the reason why not, from the `ftyp` box of an ISO media file."""
    size = int.from_bytes(head[:4], "big")
    brands = {head[8:12]} | {head[i : i + 4] for i in range(16, min(size, len(head)), 4)}
    if brands & AVIF_BRANDS:
        return "AVIF"
    if brands & HEIC_BRANDS:
        raise UnreadableImageError("IMG_NO_DECODER", "HEIC")
    raise UnreadableImageError("IMG_NOT_AN_IMAGE")
