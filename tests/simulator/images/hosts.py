"""The hosts of gamerpics, title art, colors and avatars. They must not receive a token."""

import re

from ..achievements.achievement import achievements_of
from ..network import Answer, Call, Host, json_answer, route, silent
from ..titles.title import Title
from .pictures import gamerpic, title_art
from .png import picture

GAMERPIC_SIZE = 208
ART_SIZE = 600
ICON_SIZE = 300
AVATAR_SIZE = (300, 600)
_LARGEST = 1_080
_URL = re.compile(r"(?:^|&)url=([^&]*)")
_SHAPES = {
    "Poster": (480, 720),
    "BrandedKeyArt": (438, 600),
    "SuperHeroArt": (1_068, 600),
    "TitledHeroArt": (1_068, 600),
    "Hero": (1_068, 600),
    "Screenshot": (1_068, 600),
}


def eds_image(call: Call) -> Answer:
    """Answer a gamerpic, an icon or the art of a 360 title. `url=` is compared byte for byte."""
    if "mode" in call.query:
        raise silent(400)
    match = _URL.search(call.url.raw_query_string)
    token = match[1] if match else ""
    world = call.network.world
    for person in world.people.values():
        if person.picture == token:
            size = _requested_size(call, GAMERPIC_SIZE, GAMERPIC_SIZE)
            return _png(gamerpic(int(person.xuid) + person.pictures, *size))
    for title in world.titles.values():
        if title.image_address == token:
            return _art(call, title, ART_SIZE, ART_SIZE)
        for achievement in achievements_of(title):
            if achievement.picture == token:
                size = _requested_size(call, ICON_SIZE, ICON_SIZE)
                return _png(picture(token, achievement.name[:1], *size))
    raise silent(404)


def store_image(call: Call) -> Answer:
    """Answer the art of a title."""
    for title in call.network.world.titles.values():
        if (kind := title.image_at(call.path)) is not None:
            return _art(call, title, *_SHAPES.get(kind, (ART_SIZE, ART_SIZE)))
    raise silent(404)


def colors(call: Call) -> Answer:
    """Answer the colors of a person, by the number in the profile's address."""
    for person in call.network.world.people.values():
        if person.xuid.endswith(call.groups["number"]):
            names = ("primaryColor", "secondaryColor", "tertiaryColor")
            return json_answer(dict(zip(names, person.colors, strict=True)))
    raise silent(404)


def avatar(call: Call) -> Answer:
    """Answer the avatar of a gamertag in any case; 404 for a person without one."""
    gamertag = call.groups["gamertag"].casefold()
    for person in call.network.world.people.values():
        if person.gamertag.casefold() == gamertag and person.avatars:
            seed = f"{person.xuid} {person.avatars}"
            return _png(picture(seed, person.gamertag[:1], *_requested_size(call, *AVATAR_SIZE)))
    raise silent(404)


def wrong_certificate(call: Call) -> Answer:
    """Answer 500 for a host whose certificate is wrong, which no real client can reach."""
    raise silent(500)


def no_token(call: Call) -> None:
    """Refuse a call with a token."""
    if "Authorization" in call.headers:
        raise silent(400)


HOSTS = [
    Host("images-eds-ssl.xboxlive.com", [route("GET", "/image", eds_image)], no_token),
    Host("gameart.xboxlive.com", [route("GET", "/image/.*", store_image)], no_token),
    Host("images-eds.xboxlive.com", [route("GET", "/.*", wrong_certificate)]),
    Host("store-images.s-microsoft.com", [route("GET", "/image/.*", store_image)], no_token),
    Host("store-images.microsoft.com", [route("GET", "/image/.*", store_image)], no_token),
    Host(
        "dlassets-ssl.xboxlive.com",
        [route("GET", r"/public/content/ppl/colors/(?P<number>\d{5})\.json", colors)],
        no_token,
    ),
    Host("dlassets.xboxlive.com", [route("GET", "/.*", wrong_certificate)]),
    Host(
        "avatar-ssl.xboxlive.com",
        [route("GET", r"/avatar/(?P<gamertag>[^/]+)/avatar-body\.png", avatar)],
        no_token,
    ),
]


def _art(call: Call, title: Title, width: int, height: int) -> Answer:
    return _png(title_art(int(title.title_id), title.name, *_requested_size(call, width, height)))


def _png(content: bytes) -> Answer:
    headers = {"Content-Type": "image/png", "Cache-Control": "public, max-age=3600"}
    return Answer(200, content, headers)


def _requested_size(call: Call, width: int, height: int) -> tuple[int, int]:
    """Return the requested size, or the default one."""
    return _side(call, "w", width), _side(call, "h", height)


def _side(call: Call, key: str, size: int) -> int:
    text = call.query.get(key, "")
    return min(int(text), _LARGEST) if text.isdecimal() and int(text) else size
