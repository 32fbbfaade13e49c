"""How files of formats that Pillow reads begin, and headers that promise what is not there."""

import struct
import zlib
from collections.abc import Callable, Sequence
from random import Random

# Of the formats that Pillow reads and does not write, and of some that it does.
HEADERS = {
    "CUR": b"\0\0\2\0\1\0\x20\x20\0\0\0\0\0\0\x30\0\0\0\x16\0\0\0",
    "DCX": struct.pack("<II", 0x3ADE68B1, 12) + bytes(4),
    "DDS": b"DDS " + struct.pack("<IIII", 124, 0x1007, 9**5, 9**5),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(/etc/passwd) run\n",
    "FITS": b"SIMPLE  =                    T" + b" " * 50 + b"END" + b" " * 77,
    "FLI": struct.pack("<IHHHHHH", 999, 0xAF11, 9, 64, 64, 8, 3) + bytes(110),
    "FTEX": b"FTEX" + struct.pack("<iiiiii", 1, 9**5, 9**5, 1, 1, 0),
    "FPX": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "GBR": struct.pack(">IIIII", 28, 2, 9**5, 9**5, 4) + b"GIMP",
    "GD": b"\xff\xff" + struct.pack(">HH", 64, 64),
    "GRIB": b"GRIB\0\0\0\1",
    "HDF5": b"\x89HDF\r\n\x1a\n",
    "ICNS": b"icns" + struct.pack(">I", 2**31) + b"ic10" + struct.pack(">I", 2**31),
    "IMT": b"\n\n* width 9999\n* height 9999\n\x0c",
    "IPTC": b"\x1c\x01\x3c\x04\xff\xff\xff\xff",
    "JPEG2000": b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ",
    "MCIDAS": b"\0\0\0\0\0\0\0\4" + struct.pack(">62i", *range(62)),
    "MPEG": b"\0\0\1\xb3\xff\xff\xff",
    "PCD": bytes(2048) + b"PCD_",
    "PIXAR": b"\200\350\0\0" + bytes(412) + struct.pack("<HH", 9999, 9999),
    "PSD": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 30_000, 30_000, 8, 3),
    "SUN": struct.pack(">IIIIIIII", 0x59A66A95, 9**5, 9**5, 24, 0, 1, 0, 0),
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "WAL": bytes(32) + struct.pack("<IIIIII", 64, 64, 100, 0, 0, 0),
    "WMF": b"\xd7\xcd\xc6\x9a\0\0" + struct.pack("<hhhhH", 0, 0, 9999, 9999, 1),
    "XPM": b'/* XPM */\nstatic char *x[] = {\n"9999 9999 2 1",\n"a c #000000",\n',
    "XVTHUMB": b"P7 332\n#END_OF_COMMENTS\n9999 9999 255\n",
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "PDF": b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n",
    "ZIP": b"PK\3\4" + bytes(26),
}
_GIANT = (0, 1, 7, 8, 3000, 65_535, 10**6, 2**31 - 1, 2**31, 2**32 - 1)


def _sides(random: Random) -> tuple[int, int]:
    return random.choice(_GIANT), random.choice(_GIANT)


def _png(random: Random, chunks: Sequence[bytes] = (), sides: tuple[int, int] | None = None) -> bytes:
    depth, colour = random.choice((1, 2, 4, 8, 16, 3)), random.choice((0, 2, 3, 4, 6, 9))
    head = b"IHDR" + struct.pack(">IIBBBBB", *(sides or _sides(random)), depth, colour, 0, 0, 0)
    body = b"IDAT" + zlib.compress(bytes(random.choice((0, 100, 10**6))))
    parts = (head, *chunks, body, b"IEND")
    framed = (struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def _png_bomb(random: Random) -> bytes:
    """Metadata that would unpack to 50 MB and more."""
    packed = zlib.compress(bytes(50_000_000), 9)
    parts = {b"zTXt": b"key\0\0", b"iCCP": b"profile\0\0", b"iTXt": b"key\0\1\0\0\0"}
    name = random.choice(sorted(parts))
    return _png(random, [name + parts[name] + packed] * random.choice((1, 30)), (32, 32))


def _apng(random: Random) -> bytes:
    frames = random.choice((0, 1, 2**31 - 1, 2**32 - 1))
    control = b"fcTL" + struct.pack(">IIIIIHHBB", 0, *_sides(random), *_sides(random), 1, 1, 9, 9)
    return _png(random, [b"acTL" + struct.pack(">II", frames, 0), control], (32, 32))


def _gif(random: Random) -> bytes:
    def short() -> int:
        return random.choice((0, 1, 9, 64, 65_535))

    head = b"GIF89a" + struct.pack("<HHBBB", short(), short(), random.randrange(256), 0, 0)
    frame = b"," + struct.pack("<4HB", short(), short(), short(), short(), random.randrange(256))
    tail = random.choice((b"", b"\2\0;", b"\x0c\xff" + bytes(255), b"!" * 300, b"!\xfe" + b"\1a" * 9000))
    extra = b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0" if random.random() < 0.5 else b""
    return head + bytes(random.choice((0, 6, 768))) + extra + frame + tail


def _jpeg(random: Random) -> bytes:
    height, width = (min(side, 65_535) for side in _sides(random))
    planes = random.choice((0, 1, 3, 4, 255))
    frame = struct.pack(">BHHB", 8, height, width, planes) + b"\1\x22\0" * planes
    kind = random.choice((0xC0, 0xC2, 0xC1, 0xC9))
    app = random.choice((b"Exif\0\0" + random.randbytes(40), b"MPF\0" + random.randbytes(30), b"JFIF\0"))
    parts = [(0xE1, app), (kind, frame), (0xDA, b"\1\1\0\0\x3f\0")]
    framed = (b"\xff" + bytes([mark]) + struct.pack(">H", len(part) + 2) + part for mark, part in parts)
    return b"\xff\xd8" + b"".join(framed) + random.randbytes(random.choice((0, 900)))


def _tiff(random: Random) -> bytes:
    """Directories that go in circles, counts without end, tiles and strips that are not there."""
    known = (256, 257, 258, 259, 262, 273, 277, 278, 279, 282, 322, 323, 324, 325, 330, 34_675, 34_665, 700)
    values = (0, 1, 2, 3, 4, 5, 6, 7, 8, 32, 65_535, 2**31, 2**32 - 1)
    tags = {256: random.choice((8, 32, 10**6)), 257: random.choice((8, 32, 10**6)), 258: 8, 259: 1, 262: 1}
    tags |= {random.choice(known): random.choice(values) for _ in range(8)}
    entries = b"".join(
        struct.pack(
            "<HHII", tag, random.choice((3, 4, 4, 4, 5, 12, 99)), random.choice((1, 1, 1, 2**31)), value
        )
        for tag, value in sorted(tags.items())
    )
    after = struct.pack("<I", random.choice((0, 8, 2**32 - 1)))
    return struct.pack("<4sIH", b"II*", 8, len(tags)) + entries + after + random.randbytes(64)


def _bmp(random: Random) -> bytes:
    width, height = (random.choice((0, 1, 8, 64, 10**6, 2**31 - 1, -(2**31), -64)) for _ in range(2))
    depth, packing = random.choice((0, 1, 4, 8, 16, 24, 32, 99)), random.choice((0, 1, 2, 3, 6, 99))
    sizes = (random.choice((12, 40, 64, 108, 124, 0, 2**31)), width, height, 1, depth, packing)
    head = struct.pack("<IiiHHI", *sizes) + struct.pack("<IiiII", 0, 1, 1, random.choice(_GIANT[:9]), 0)
    return (
        b"BM" + struct.pack("<IHHI", 99, 0, 0, random.choice((54, 0, 2**31))) + head + random.randbytes(500)
    )


def _ppm(random: Random) -> bytes:
    sides = " ".join(random.choice(("0", "8", "64", "99999999999999", "-5", "1e9", "")) for _ in range(2))
    most = random.choice(("255", "65535", "0", "70000", "-1", "1.0", "nan"))
    kind = random.choice(("P1", "P2", "P3", "P4", "P5", "P6", "Pf", "P0", "P7"))
    comment = "#" + "x" * random.choice((0, 50, 10**6)) + "\n" if random.random() < 0.5 else ""
    return f"{kind}\n{comment}{sides}\n{most}\n".encode() + random.choice((b"7 " * 40_000, b"x" * 12_288))


def _webp(random: Random) -> bytes:
    width, height = (min(side, 2**24 - 1) for side in _sides(random))
    sizes = struct.pack("<I", width)[:3] + struct.pack("<I", height)[:3]
    wide = b"VP8X" + struct.pack("<I", 10) + bytes([random.randrange(256), 0, 0, 0]) + sizes
    kind = random.choice((b"VP8 ", b"VP8L", b"ANMF", b"ICCP", b"EXIF"))
    body = wide + kind + struct.pack("<I", random.choice((9, 2**31, 2**32 - 1))) + random.randbytes(300)
    return b"RIFF" + struct.pack("<I", random.choice((len(body), 0, 2**32 - 1))) + b"WEBP" + body


def _avif(random: Random) -> bytes:
    brand = random.choice((b"avif", b"avis", b"mif1", b"msf1"))
    box = struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"avifmif1"
    inner = b"ispe" + bytes(4) + struct.pack(">II", *_sides(random))
    return (
        box
        + struct.pack(">I", random.choice((len(inner) + 12, 0, 1, 2**32 - 1)))
        + b"meta"
        + bytes(4)
        + inner
    )


PAYLOADS: dict[str, Callable[[Random], bytes]] = {
    "PNG": _png,
    "PNG with packed metadata": _png_bomb,
    "animated PNG": _apng,
    "GIF": _gif,
    "JPEG": _jpeg,
    "TIFF": _tiff,
    "BMP": _bmp,
    "PPM": _ppm,
    "WEBP": _webp,
    "AVIF": _avif,
}
