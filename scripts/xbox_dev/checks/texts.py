"""Checks of translations/*.json."""

import re
from collections.abc import Iterator

from .files import Files, Tree, flat, read_json, subtree

K = r"[a-z0-9][a-z0-9_-]*"
_FIELDS = rf"((data|data_description)\.{K}|(menu_options|menu_option_descriptions)\.{K})"
_FLOW = (
    rf"(flow_title|initiate_flow\.{K}|(error|abort|progress|create_entry)\.{K}"
    rf"|step\.{K}\.(title|description|submit|{_FIELDS}"
    rf"|sections\.{K}\.(name|description|{_FIELDS})))"
)
_ATTRIBUTE = rf"state_attributes\.{K}\.(name|state\.{K})"
_ACTION = (
    rf"(name|description|fields\.{K}\.(name|description|example)"
    rf"|sections\.{K}\.(name|description))"
)
SHAPES = [
    re.compile(shape)
    for shape in (
        r"title",
        rf"common\.{K}",
        r"application_credentials\.description",
        rf"(config|options)\.{_FLOW}",
        rf"config_subentries\.{K}\.(entry_type|{_FLOW})",
        rf"entity\.{K}\.{K}\.(name|unit_of_measurement|state\.{K}|{_ATTRIBUTE})",
        rf"device\.{K}\.name",
        rf"exceptions\.{K}\.message",
        rf"issues\.{K}\.(title|description|fix_flow\.{_FLOW})",
        rf"(services|triggers|conditions)\.{K}\.{_ACTION}",
        rf"selector\.{K}\.(options\.{K}|unit_of_measurement\.{K})",
        rf"system_health\.info\.{K}",
    )
]
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
FAULTS = [
    (re.compile(r"\[%key:"), "a [%key:] reference, which nothing resolves in a custom integration"),
    (re.compile(r"</?[a-zA-Z][^>]*>"), "HTML"),
    (re.compile(r"[a-z]://|\bwww\."), "an address: it belongs into a placeholder"),
    (re.compile(r"^\s|\s$|^$"), "nothing, or blanks at an end"),
    (re.compile(r"'\{[^}]*\}'"), "a placeholder in single quotes"),
    (re.compile(r"\{[^}]*[^a-z0-9_{}][^}]*\}|\{\}"), "a placeholder that is no lower-case name"),
]


def check_texts(files: Files) -> Iterator[str]:
    """Yield problems that hassfest or Home Assistant would report in any language."""
    english = dict(flat(files.english))
    for path in sorted((files.folder / "translations").glob("*.json")):
        tree = read_json(path)
        for keys, text in flat(tree):
            name = ".".join(keys)
            yield from (f"{path.name}: {name}: {fault}" for fault in _faults(name, text))
            if keys not in english:
                yield f"{path.name}: {name}: not in en.json"
            elif placeholders(text) != placeholders(english[keys]):
                yield f"{path.name}: {name}: other placeholders than in en.json"
        yield from (f"{path.name}: {fault}" for fault in _steps(tree))
    if not english:
        yield "en.json: missing"


def placeholders(text: object) -> set[str]:
    """Return the names of a text's placeholders."""
    return set(PLACEHOLDER.findall(str(text)))


def _faults(name: str, text: object) -> Iterator[str]:
    if not any(shape.fullmatch(name) for shape in SHAPES):
        yield "Home Assistant knows no such key"
    if not isinstance(text, str):
        yield "no text"
        return
    yield from (f"has {what}" for fault, what in FAULTS if fault.search(text))


def _steps(tree: Tree) -> Iterator[str]:
    """Yield fields that are described but do not exist, or exist without a description."""
    flows = {"config": tree.get("config"), "options": tree.get("options")}
    for kind, flow in subtree(tree, "config_subentries").items():
        flows[f"config_subentries.{kind}"] = flow
    for name, flow in flows.items():
        for step in subtree(flow, "step"):
            fields = set(subtree(flow, "step", step, "data"))
            described = set(subtree(flow, "step", step, "data_description"))
            for key in sorted(fields ^ described):
                yield f"{name}.step.{step}: {key} stands in only one of data and data_description"
