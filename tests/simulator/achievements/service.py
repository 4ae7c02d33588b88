"""achievements.xboxlive.com: contracts 4 and 2 for modern titles, 3 and 1 for Xbox 360 titles."""

from ..network import Answer, Call, Handler, Host, Route, refusal, route
from ..services import Service, gate
from . import achievements_360 as old, achievements_modern as modern

_USER = r"/users/xuid\((?P<xuid>\d+)\)"
_SCID = r"(?P<scid>[0-9a-f-]{36})"


def no_resource(call: Call) -> Answer:
    """Refuse a path that only the other group of contracts has."""
    raise refusal(404, "There is no such resource.", "achievements")


def _by_contract(path: str, modern_handler: Handler, old_handler: Handler) -> Route:
    """Return a route whose contract, not its title, decides the shape of the answer."""

    def handler(call: Call) -> Answer:
        is_modern = call.headers["x-xbl-contract-version"] in ("4", "2")
        return modern_handler(call) if is_modern else old_handler(call)

    return route("GET", _USER + path, handler)


HOST = Host(
    "achievements.xboxlive.com",
    [
        _by_contract("/achievements", modern.achievements, old.earned),
        _by_contract(rf"/achievements/{_SCID}/(?P<number>\d+)", modern.one, no_resource),
        _by_contract("/titleachievements", no_resource, old.all_of_titles),
        _by_contract("/history/titles", modern.history, old.history),
    ],
    gate(Service("achievements", frozenset({"1", "2", "3", "4"}))),
)
