"""The Xbox network, played strictly on 127.0.0.1."""

from .cast import add_guests, demo_world
from .changes import Change
from .crowd import crowd
from .network import CLIENT_ID, CLIENT_SECRET
from .person import Person
from .personas import Persona
from .realtime import RealTime
from .rta_connection import Connection
from .script import Life, Script, demo_script
from .server import RecordedRequest, Simulator, redirect
from .title import Title
from .world import World

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "Change",
    "Connection",
    "Life",
    "Person",
    "Persona",
    "RealTime",
    "RecordedRequest",
    "Script",
    "Simulator",
    "Title",
    "World",
    "add_guests",
    "crowd",
    "demo_script",
    "demo_world",
    "redirect",
]
