"""Tests of the image hosts: pictures, sizes and refusals."""

import struct
import zlib

import pytest

from tests.simulator import Simulator
from tests.simulator.world.demo_world import (
    EMBER_VALE,
    HARBOR_KINGS,
    MOSS_AND_MACHINE,
    STARFALL_DRIFT,
)

from ..conftest import OWNER, Caller

PADDED = "2535400000000013"


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Return width, height and raw rows of a PNG, after a check of its checksums."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks: dict[bytes, bytes] = {}
    offset = 8
    while offset < len(png):
        (size,) = struct.unpack_from(">I", png, offset)
        kind, data = png[offset + 4 : offset + 8], png[offset + 8 : offset + 8 + size]
        (check,) = struct.unpack_from(">I", png, offset + 8 + size)
        assert check == zlib.crc32(kind + data)
        chunks[kind] = data
        offset += 12 + size
    width, height, depth, colors = struct.unpack_from(">IIBB", chunks[b"IHDR"])
    assert (depth, colors) == (8, 2)
    rows = zlib.decompress(chunks[b"IDAT"])
    assert len(rows) == height * (1 + 3 * width)
    return width, height, rows


def gamerpic(simulator: Simulator, xuid: str = OWNER) -> str:
    """Return the address of a gamerpic, corrected as a client has to do it."""
    return f"images-eds-ssl.xboxlive.com/image?url={simulator.world.person(xuid).picture}"


def avatar(name: str) -> str:
    """Return the address of an avatar for a percent-encoded gamertag."""
    return f"avatar-ssl.xboxlive.com/avatar/{name}/avatar-body.png"


async def test_gamerpic(caller: Caller, simulator: Simulator) -> None:
    """A gamerpic is a PNG of 208 pixels."""
    response = await caller.request("GET", f"{gamerpic(simulator)}&format=png")
    assert (response.status, response.content_type) == (200, "image/png")
    assert pixels(await response.read())[:2] == (208, 208)


async def test_requested_size(caller: Caller, simulator: Simulator) -> None:
    """A call can request a size."""
    response = await caller.request("GET", f"{gamerpic(simulator)}&format=png&w=64&h=32")
    assert pixels(await response.read())[:2] == (64, 32)


async def test_pictures_differ(caller: Caller, simulator: Simulator) -> None:
    """Gamerpics differ, and a changed one is no longer found at the old address."""
    paths = [gamerpic(simulator), gamerpic(simulator, PADDED)]
    simulator.world.person(OWNER).change_gamerpic()
    paths.append(gamerpic(simulator))
    pictures = [await (await caller.request("GET", path)).read() for path in paths[1:]]
    assert pixels(pictures[0])[2] != pixels(pictures[1])[2]
    assert (await caller.request("GET", paths[0])).status == 404


async def test_padding_is_refused(caller: Caller, simulator: Simulator) -> None:
    """A padded gamerpic is refused; without the padding it is found."""
    url = simulator.world.person(PADDED).gamerpic_url
    assert "&background=0xababab&mode=Padding&" in url
    path = url.partition("images-eds.xboxlive.com")[2]
    response = await caller.request("GET", f"images-eds-ssl.xboxlive.com{path}")
    assert response.status == 400
    repaired = path.replace("&background=0xababab&mode=Padding", "")
    response = await caller.request("GET", f"images-eds-ssl.xboxlive.com{repaired}")
    assert response.status == 200


async def test_art_of_titles(caller: Caller, simulator: Simulator) -> None:
    """The art of a title has the size of its type."""
    sizes = {}
    for image in simulator.world.titles[STARFALL_DRIFT].images:
        response = await caller.request("GET", image["url"].removeprefix("http://"))
        sizes[image["type"]] = pixels(await response.read())[:2]
    assert sizes["BoxArt"] == sizes["Tile"] == sizes["Logo"] == (600, 600)
    assert sizes["Poster"] == (480, 720)


async def test_art_differs(caller: Caller, simulator: Simulator) -> None:
    """Each title has its own art."""
    contents = set()
    for title_id in (STARFALL_DRIFT, HARBOR_KINGS, MOSS_AND_MACHINE):
        address = simulator.world.titles[title_id].display_image.removeprefix("http://")
        contents.add(pixels(await (await caller.request("GET", address)).read())[2])
    assert len(contents) == 3


async def test_art_of_an_xbox_360_title(caller: Caller, simulator: Simulator) -> None:
    """An Xbox 360 title has its art at the gamerpics' host."""
    token = simulator.world.titles[EMBER_VALE].image_address
    response = await caller.request("GET", f"images-eds-ssl.xboxlive.com/image?url={token}")
    assert pixels(await response.read())[:2] == (600, 600)


async def test_colours(caller: Caller, simulator: Simulator) -> None:
    """The colors of a person are found by number."""
    path = "dlassets-ssl.xboxlive.com/public/content/ppl/colors/00001.json"
    assert (await (await caller.request("GET", path)).json())["primaryColor"] == "744DA9"


async def test_avatar(caller: Caller, simulator: Simulator) -> None:
    """An avatar is found by the gamertag in any case, and keeps its address after a change."""
    contents = []
    for name in ("Nova%20Kestrel", "nova%20kestrel"):
        response = await caller.request("GET", avatar(name))
        assert (response.status, response.content_type) == (200, "image/png")
        contents.append(pixels(await response.read()))
        simulator.world.person(OWNER).change_avatar()
    assert contents[0][:2] == (300, 600)
    assert contents[0][2] != contents[1][2]


async def test_no_avatar(caller: Caller, simulator: Simulator) -> None:
    """A person without an avatar gives 404."""
    simulator.world.person(OWNER).avatars = 0
    assert (await caller.request("GET", avatar("Nova%20Kestrel"))).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "avatar-ssl.xboxlive.com/avatar/Nobody/avatar-body.png",
        "avatar-ssl.xboxlive.com/avatar/Nova+Kestrel/avatar-body.png",
        "avatar-ssl.xboxlive.com/avatar/Nova%20Kestrel/avatar-odd.png",
        "avatar-ssl.xboxlive.com/avatar//avatar-body.png",
        "images-eds-ssl.xboxlive.com/image?url=made-up",
        "images-eds-ssl.xboxlive.com/image",
        "store-images.s-microsoft.com/image/apps.1.2.3.4",
        "store-images.microsoft.com/other",
        "dlassets-ssl.xboxlive.com/public/content/ppl/colors/99999.json",
    ],
)
async def test_unknown_pictures(caller: Caller, path: str) -> None:
    """An unknown picture gives 404."""
    assert (await caller.request("GET", path)).status == 404


@pytest.mark.parametrize("host", ["images-eds.xboxlive.com", "dlassets.xboxlive.com"])
async def test_hosts_with_a_wrong_certificate(
    caller: Caller, simulator: Simulator, host: str
) -> None:
    """A host with a wrong certificate gives 500."""
    path = gamerpic(simulator).partition("/")[2]
    assert (await caller.request("GET", f"{host}/{path}")).status == 500


async def test_no_token_for_image_hosts(caller: Caller, simulator: Simulator) -> None:
    """Image hosts refuse a call with a token."""
    art = simulator.world.titles[STARFALL_DRIFT].image_url(1).removeprefix("http://")
    for path in (gamerpic(simulator), art, avatar("Nova%20Kestrel")):
        headers = {"Authorization": "XBL3.0 x=1;2"}
        assert (await caller.request("GET", path, headers=headers)).status == 400
