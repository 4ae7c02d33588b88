"""The simulated Xbox network, which listens only on 127.0.0.1: the public names."""

from .auth.personas import Persona
from .consoles.console import Console, Screen
from .consoles.console_app import InstalledApp, StorageDevice, app_of
from .consoles.operation import Command, Ending
from .network import CLIENT_ID, CLIENT_SECRET, PUBLIC_CLIENT_ID
from .people.person import Person
from .realtime.rta_connection import Connection
from .realtime.service import RealTime
from .server import RecordedRequest, Simulator, redirect
from .titles.title import Title
from .world.changes import Change
from .world.demo_world import add_consoles, add_guests, demo_world
from .world.game_collection import game_collection, install_games
from .world.many_friends import add_many_friends
from .world.script import RandomActivity, Script, demo_script
from .world.world import World

__all__ = [
    "CLIENT_ID",
    "CLIENT_SECRET",
    "PUBLIC_CLIENT_ID",
    "Change",
    "Command",
    "Connection",
    "Console",
    "Ending",
    "InstalledApp",
    "Person",
    "Persona",
    "RandomActivity",
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
    "add_many_friends",
    "app_of",
    "demo_script",
    "demo_world",
    "game_collection",
    "install_games",
    "redirect",
]
