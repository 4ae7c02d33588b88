"""A canvas of pixels with soft edges, and its PNG."""

import colorsys
import functools
import math

from .png import Color, png


def color(hue: float, saturation: float, value: float) -> Color:
    """Return a color. The hue wraps around from 1 to 0."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def mix(one: Color, other: Color, share: float) -> Color:
    """Return a color between two: share 0 is the first, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@functools.lru_cache(maxsize=4096)
def _blended(tone: int, alpha: int) -> bytes:
    return bytes(value + (tone - value) * alpha // 64 for value in range(256))


class Canvas:
    """Rows of pixels, from the top. All coordinates are pixels and may be fractions."""

    def __init__(self, width: int, height: int, top: Color, bottom: Color) -> None:
        """Create a canvas with a vertical gradient."""
        self.width, self.height = width, height
        self._rows = [bytearray(bytes(mix(top, bottom, y / height)) * width) for y in range(height)]

    def span(self, y: int, left: float, right: float, paint: Color, alpha: float = 1) -> None:
        """Paint a part of a row. The pixels at its ends are partly covered."""
        if not 0 <= y < self.height or right <= left:
            return
        first, last = math.ceil(left), math.floor(right)
        self._paint(y, first, last, paint, alpha)
        if first > last:
            self._paint(y, last, first, paint, alpha * (right - left))
            return
        self._paint(y, first - 1, first, paint, alpha * (first - left))
        self._paint(y, last, last + 1, paint, alpha * (right - last))

    def box(
        self, left: float, top: float, width: float, height: float, paint: Color, alpha: float = 1
    ) -> None:
        """Paint a rectangle."""
        for y in range(round(top), round(top + height)):
            self.span(y, left, left + width, paint, alpha)

    def disc(self, x: float, y: float, radius: float, paint: Color, alpha: float = 1) -> None:
        """Paint a disc."""
        for row in range(math.floor(y - radius), math.ceil(y + radius)):
            half = math.sqrt(max(0, radius**2 - (row + 0.5 - y) ** 2))
            self.span(row, x - half, x + half, paint, alpha)

    def peak(self, x: float, top: float, slope: float, paint: Color) -> None:
        """Paint a mountain from its top down to the bottom edge."""
        for row in range(math.floor(top), self.height):
            half = max(0, row + 1 - top) * slope
            self.span(row, x - half, x + half, paint)

    def png(self) -> bytes:
        """Return the picture as PNG."""
        return png(self.width, self.height, b"".join(b"\x00" + row for row in self._rows))

    def _paint(self, y: int, first: int, last: int, paint: Color, alpha: float) -> None:
        first, last = max(0, first), min(self.width, last)
        strength = round(alpha * 64)
        if first >= last or strength <= 0:
            return
        row = self._rows[y]
        for channel, tone in enumerate(paint):
            channel_bytes = slice(3 * first + channel, 3 * last, 3)
            row[channel_bytes] = row[channel_bytes].translate(_blended(tone, min(strength, 64)))
