"""Pictures of the simulated world: gamerpics of people and art of titles. All are invented."""

import functools
import random

from .canvas import Canvas, color, mix
from .png import Color, glyph

_WHITE: Color = (255, 255, 255)
_INK: Color = (24, 20, 37)
_SIDE = 12  # dots of a face, whose right half mirrors the left one
# a: fur, b: outline, w: white, k: black, r: cheek or beak
_FACES = (
    # a fox
    "b..... bb.... bab... baabbb baaaaa baaaaa bawkaa bawkaa bwwaaa .bwwwa ..bwwk ...bbb",
    # a robot
    ".....r .....b ..bbbb .baaaa .bwwaa bbwkaa bbwkaa .baaaa .baaww .baakk ..bbbb ...bbb",
    # an owl
    ".b.... .bb..b .babba .bwwwa bawwwa bawkwa bawwwr baaaar .baaaa .bawaw ..baaa ...bbb",
    # a ghost
    "...bbb ..bwww .bwwww .bwwww bwwkww bwwkww bwwwww bwrwww bwwwwk bwwwww bwbwwb .b.bb.",
    # an astronaut
    "...bbb ..bwww .bwwww bwwbbb bwbkkk bwbkww bwbkkk bwwbbb .bwwww ..bbbb .bwaaa bwwaaa",
    # a bear
    ".bb... baab.. barabb .baaaa .baaaa .bakaa .bakaa .baaww .barwk .baaww ..baaa ...bbb",
    # a frog
    "..bbb. .bwwwb .bwkkb .bwkkb baaaaa baaaaa baaaaa bkaaaa bakkkk .baaaa ..baaa ...bbb",
    # an alien
    "...bbb .bbaaa .baaaa baaaaa baaaaa bakkaa bakwka bakkka .bakka ..baaa ..bakk ...bbb",
)


@functools.lru_cache(maxsize=64)
def gamerpic(number: int, width: int, height: int) -> bytes:
    """Return a gamerpic as PNG. Consecutive numbers give different pictures."""
    hue = number * 0.381966
    canvas = Canvas(width, height, color(hue, 0.55, 0.95), color(hue + 0.12, 0.8, 0.45))
    size = min(width, height)
    canvas.disc(width / 2, height / 2, size * 0.44, _WHITE, 0.16)
    canvas.disc(width / 2, height / 2, size * 0.36, _WHITE, 0.16)
    paints = {
        "a": color(hue + 0.5, 0.5, 0.95),
        "b": color(hue + 0.5, 0.7, 0.32),
        "w": _WHITE,
        "k": _INK,
        "r": (255, 140, 92),
    }
    dot = max(1, size * 3 // 4 // _SIDE)
    left, top = (width - _SIDE * dot) // 2, (height - _SIDE * dot) // 2
    for y, half in enumerate(_FACES[number % len(_FACES)].split()):
        for x, mark in enumerate(half + half[::-1]):
            if paint := paints.get(mark):
                canvas.box(left + x * dot, top + y * dot, dot, dot, paint)
    return canvas.png()


@functools.lru_cache(maxsize=64)
def title_art(number: int, name: str, width: int, height: int) -> bytes:
    """Return the art of a title as PNG: a landscape at sunset, with the title's name."""
    hue, rng = number * 0.381966, random.Random(number)
    sky = color(hue, 0.75, 0.30), color(hue + 0.14, 0.62, 0.98)
    canvas = Canvas(width, height, *sky)
    _stars(canvas, rng)
    sun = _sun(canvas, rng, mix(sky[1], _WHITE, 0.75))
    paints = [mix(color(hue + 0.08, 0.6, 0.55), color(hue, 0.7, 0.12), n / 2) for n in range(3)]
    if number % 3 == 0:
        _mountains(canvas, rng, 0, paints[0])
        _sea(canvas, rng, sun, paints[1])
    else:
        for layer, paint in enumerate(paints):
            (_mountains if number % 3 == 1 else _towers)(canvas, rng, layer, paint)
    for share in range(6):
        canvas.box(0, height * (0.64 + share * 0.06), width, height, _INK, 0.14)
    _write(canvas, name)
    return canvas.png()


def _stars(canvas: Canvas, rng: random.Random) -> None:
    for _ in range(50):
        x, y = rng.random() * canvas.width, rng.random() * canvas.height * 0.5
        canvas.disc(x, y, canvas.height / rng.randint(200, 600), _WHITE, 0.8)


def _sun(canvas: Canvas, rng: random.Random, paint: Color) -> float:
    """Paint the sun. Return its x coordinate."""
    x, y = canvas.width * rng.uniform(0.25, 0.75), canvas.height * rng.uniform(0.36, 0.46)
    radius = canvas.height * rng.uniform(0.15, 0.21)
    for glow in (2.1, 1.7, 1.35):
        canvas.disc(x, y, radius * glow, paint, 0.10)
    canvas.disc(x, y, radius, paint)
    return x


def _mountains(canvas: Canvas, rng: random.Random, layer: int, paint: Color) -> None:
    for number in range(4 + layer):
        x = canvas.width * (number + rng.random()) / (4 + layer)
        top = canvas.height * (0.40 + 0.15 * layer + rng.uniform(0, 0.12))
        canvas.peak(x, top, rng.uniform(0.7, 1.1), paint)


def _sea(canvas: Canvas, rng: random.Random, sun: float, paint: Color) -> None:
    shore = canvas.height * 0.56
    canvas.box(0, shore, canvas.width, canvas.height - shore, paint)
    for wave in range(16):
        wide = canvas.width * rng.uniform(0.1, 0.34)
        y = shore + canvas.height * 0.028 * (wave + 0.5)
        left = sun - wide / 2 + canvas.width * rng.uniform(-0.08, 0.08)
        canvas.box(left, y, wide, canvas.height * 0.012, _WHITE, 0.5 - wave * 0.025)


def _towers(canvas: Canvas, rng: random.Random, layer: int, paint: Color) -> None:
    step = canvas.width / (9 - layer)
    for number in range(9 - layer):
        top = canvas.height * (0.42 + 0.14 * layer + rng.uniform(0, 0.14))
        wide, left = step * max(rng.uniform(0.6, 1), layer / 2), step * number
        canvas.box(left, top, wide, canvas.height - top, paint)
        for floor in range(4 if layer < 2 else 0):
            if rng.random() < 0.6:
                y = top + canvas.height * (0.03 + 0.035 * floor)
                canvas.box(left + wide * 0.25, y, wide * 0.5, canvas.height * 0.012, _WHITE, 0.35)


def _write(canvas: Canvas, name: str) -> None:
    """Write the words below each other at the bottom, as large as they fit."""
    words = [word for word in name.split() if glyph(word[0])]
    longest = max((len(word) for word in words), default=1)
    dot = max(1, min(int(canvas.width * 0.84 / (6 * longest)), canvas.height // 60))
    left, top = canvas.width * 0.08, canvas.height * 0.93 - 9 * dot * len(words)
    for line, word in enumerate(words):
        for column, letter in enumerate(word):
            for y, dots in enumerate(glyph(letter)):
                for x, mark in enumerate(dots):
                    if mark == "1":
                        at = left + (6 * column + x) * dot, top + (9 * line + y) * dot
                        canvas.box(at[0] + dot / 2, at[1] + dot // 2, dot, dot, _INK, 0.6)
                        canvas.box(*at, dot, dot, _WHITE)
