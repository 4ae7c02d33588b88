"""A small picture, a gradient with a letter, and the PNG format."""

import functools
import hashlib
import struct
import zlib

type Color = tuple[int, int, int]

_WIDE, _HIGH = 5, 7
_FONT = {
    "A": "01110 10001 10001 11111 10001 10001 10001",
    "B": "11110 10001 10001 11110 10001 10001 11110",
    "C": "01111 10000 10000 10000 10000 10000 01111",
    "D": "11110 10001 10001 10001 10001 10001 11110",
    "E": "11111 10000 10000 11110 10000 10000 11111",
    "F": "11111 10000 10000 11110 10000 10000 10000",
    "G": "01111 10000 10000 10011 10001 10001 01111",
    "H": "10001 10001 10001 11111 10001 10001 10001",
    "I": "01110 00100 00100 00100 00100 00100 01110",
    "J": "00111 00010 00010 00010 00010 10010 01100",
    "K": "10001 10010 10100 11000 10100 10010 10001",
    "L": "10000 10000 10000 10000 10000 10000 11111",
    "M": "10001 11011 10101 10101 10001 10001 10001",
    "N": "10001 11001 10101 10101 10101 10011 10001",
    "O": "01110 10001 10001 10001 10001 10001 01110",
    "P": "11110 10001 10001 11110 10000 10000 10000",
    "Q": "01110 10001 10001 10001 10101 10010 01101",
    "R": "11110 10001 10001 11110 10100 10010 10001",
    "S": "01111 10000 10000 01110 00001 00001 11110",
    "T": "11111 00100 00100 00100 00100 00100 00100",
    "U": "10001 10001 10001 10001 10001 10001 01110",
    "V": "10001 10001 10001 10001 01010 01010 00100",
    "W": "10001 10001 10001 10101 10101 11011 10001",
    "X": "10001 01010 00100 00100 00100 01010 10001",
    "Y": "10001 01010 00100 00100 00100 00100 00100",
    "Z": "11111 00001 00010 00100 01000 10000 11111",
}
_NO_LETTER = "00000 01110 01110 01110 01110 01110 00000"


@functools.lru_cache(maxsize=256)
def picture(seed: str, letter: str, width: int, height: int) -> bytes:
    """Return a picture as PNG, with colors that depend on the seed."""
    start, end = _colors(seed)
    ramp = _ramp(start, end, width + height)
    scale = max(1, min(width, height) // 12)
    left, top = (width - _WIDE * scale) // 2, (height - _HIGH * scale) // 2
    dots = glyph(letter) or _NO_LETTER.split()
    rows = bytearray()
    for y in range(height):
        row = bytearray(ramp[3 * y : 3 * (y + width)])
        line = (y - top) // scale
        if 0 <= line < _HIGH:
            for column, dot in enumerate(dots[line]):
                if dot == "1":
                    x = 3 * (left + column * scale)
                    row[x : x + 3 * scale] = b"\xff" * (3 * scale)
        rows += b"\x00" + row
    return png(width, height, bytes(rows))


def glyph(letter: str) -> list[str]:
    """Return the seven rows of a letter, five dots each; empty if the text is no letter."""
    return _FONT.get(letter.upper(), "").split()


def _colors(seed: str) -> tuple[Color, Color]:
    digest = hashlib.sha256(seed.encode()).digest()
    start = (40 + digest[0] % 120, 40 + digest[1] % 120, 60 + digest[2] % 140)
    return start, (start[2] // 2, start[0] // 3, start[1] // 2)


def _ramp(start: Color, end: Color, steps: int) -> bytes:
    ramp = bytearray()
    for step in range(steps):
        ramp += bytes(a + (b - a) * step // steps for a, b in zip(start, end, strict=True))
    return bytes(ramp)


def png(width: int, height: int, rows: bytes) -> bytes:
    """Return rows of red, green and blue as PNG. Each row must start with a zero."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 6))
        + chunk(b"IEND", b"")
    )
