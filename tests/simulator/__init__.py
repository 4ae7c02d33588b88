"""The Xbox network, played strictly on 127.0.0.1."""

from .cast import add_consoles, add_guests, demo_world
from .changes import Change
from .console import Console, Screen
from .console_app import InstalledApp, StorageDevice, app_of
from .crowd import crowd
from .network import CLIENT_ID, CLIENT_SECRET
from .operation import Command, Ending
from .person import Person
from .personas import Persona
from .realtime import RealTime
from .rta_connection import Connection
from .script import Life, Script, demo_script
from .server import RecordedRequest, Simulator, redirect
from .shelf import fill, shelf
from .title import Title
from .world import World

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "Change",
    "Command",
    "Connection",
    "Console",
    "Ending",
    "InstalledApp",
    "Life",
    "Person",
    "Persona",
    "RealTime",
    "RecordedRequest",
    "Screen",
    "Script",
    "Simulator",
    "StorageDevice",
    "Title",
    "World",
    "add_consoles",
    "add_guests",
    "app_of",
    "crowd",
    "demo_script",
    "demo_world",
    "fill",
    "redirect",
    "shelf",
]
