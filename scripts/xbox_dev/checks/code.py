"""Checks that the code and en.json name the same keys, as far as that can be told from the code."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from homeassistant.const import Platform
from homeassistant.helpers import config_entry_oauth2_flow

from .files import Files, subtree
from .texts import placeholders

# what Home Assistant translates itself
SHARED_ABORTS = config_entry_oauth2_flow._SHARED_ABORT_REASONS | {  # noqa: SLF001
    "already_in_progress",
    "reauth_successful",
    "reconfigure_successful",
    "single_instance_allowed",
}
# what using a name of Home Assistant's brings along; the texts are ours
IMPLIED_ABORTS = {
    "_abort_if_unique_id_configured": "already_configured",
    "AbstractOAuth2FlowHandler": "missing_configuration",
}
# steps that Home Assistant's OAuth flow shows by itself
OWN_STEPS = {"pick_implementation", "oauth_discovery", "creation"}


@dataclass
class Words:
    """What the code says: texts, names of steps, and calls that name a key."""

    literals: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    patterns: list[re.Pattern[str]] = field(default_factory=list)
    calls: list[tuple[str, ast.Call]] = field(default_factory=list)

    def has(self, key: str) -> bool:
        """Return whether a key stands in the code, or can come from an f-string of it."""
        return key in self.literals or any(pattern.fullmatch(key) for pattern in self.patterns)


def check_code(files: Files) -> Iterator[str]:
    """Yield keys that the code uses and en.json lacks, and the reverse."""
    words = _read(files)
    for where, call in words.calls:
        yield from (f"{where}:{call.lineno}: {fault}" for fault in _missing(files, where, call))
    for name, reason in IMPLIED_ABORTS.items():
        if name in words.names:
            words.literals.add(reason)
            if reason not in _aborts(files):
                yield f"{name} aborts with {reason}, which is not in en.json"
    for path in _paths(files):
        if not words.has(path[-1]):
            yield f"en.json: {'.'.join(path)}: nothing in the code uses it"


def _read(files: Files) -> Words:
    words = Words()
    for path in sorted(files.folder.rglob("*.py")):
        where = str(path.relative_to(files.folder))
        for node in ast.walk(ast.parse(path.read_text())):
            _add(words, where, node)
    return words


def _add(words: Words, where: str, node: ast.AST) -> None:
    match node:
        case ast.Constant(value=str(text)):
            words.literals.add(text)
        case ast.JoinedStr(values=parts):
            regex = "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+"
                for part in parts
            )
            if re.fullmatch(r"[\w\\+]+", regex) and len(regex.replace(r"\w+", "")) > 2:
                words.patterns.append(re.compile(regex))
        case ast.Attribute(attr=name) | ast.Name(id=name):
            words.names.add(name)
        case ast.AsyncFunctionDef(name=name) if name.startswith("async_step_"):
            words.literals.add(name.removeprefix("async_step_"))
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="auto"))):
            words.literals.add(name.lower())
        case ast.Call():
            words.calls.append((where, node))


def _paths(files: Files) -> Iterator[tuple[str, ...]]:
    """Yield the paths in en.json whose last key the code has to name."""
    texts = files.english
    flows: list[tuple[str, ...]] = [("config",), ("options",)]
    flows += [("config_subentries", kind) for kind in subtree(texts, "config_subentries")]
    flows += [("issues", key, "fix_flow") for key in subtree(texts, "issues")]
    for flow in flows:
        for part in ("abort", "error", "step"):
            for key in sorted(set(subtree(texts, *flow, part)) - OWN_STEPS):
                yield (*flow, part, key)
    for section in (("exceptions",), ("issues",), ("device",), ("system_health", "info")):
        yield from ((*section, key) for key in subtree(texts, *section))
    for platform in subtree(texts, "entity"):
        yield from (("entity", platform, key) for key in subtree(texts, "entity", platform))


def _missing(files: Files, where: str, call: ast.Call) -> Iterator[str]:
    texts = files.english
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keywords = {item.arg: item.value for item in call.keywords if item.arg}
    key = _text(keywords.get("translation_key"))
    match name:
        case "async_abort" | "AbortFlow":
            reason = _text(keywords.get("reason", call.args[0] if call.args else None))
            if reason and reason not in _aborts(files):
                yield f"the abort reason {reason} is not in en.json"
        case "async_create_issue":
            if key and key not in subtree(texts, "issues"):
                yield f"the issue {key} is not in en.json"
        case "caller_error" if call.args and (key := _text(call.args[0])):
            yield from _exception(files, key, set(keywords))
        case _ if "translation_domain" in keywords and key:
            yield from _exception(files, key, _keys(keywords.get("translation_placeholders")))
        case _ if name.endswith("Description"):
            yield from _entity(files, where, key or _text(keywords.get("key")), keywords)


def _exception(files: Files, key: str, given: set[str] | None) -> Iterator[str]:
    message = subtree(files.english, "exceptions", key).get("message")
    if message is None:
        yield f"the exception {key} is not in en.json"
    elif given is not None and given != placeholders(message):
        yield f"the exception {key} has other placeholders than in en.json"


def _entity(files: Files, where: str, key: str | None, words: dict[str, ast.expr]) -> Iterator[str]:
    platform = where.partition("/")[0].removesuffix(".py")
    if platform not in set(Platform) or key is None or "name" in words:
        return
    if key not in subtree(files.english, "entity", platform):
        yield f"the {platform} {key} is not in en.json"


def _aborts(files: Files) -> set[str]:
    texts = files.english
    flows = [subtree(texts, "config"), subtree(texts, "options")]
    flows += [
        subtree(texts, "config_subentries", kind) for kind in subtree(texts, "config_subentries")
    ]
    flows += [subtree(texts, "issues", key, "fix_flow") for key in subtree(texts, "issues")]
    return {reason for flow in flows for reason in subtree(flow, "abort")} | SHARED_ABORTS


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _keys(node: ast.expr | None) -> set[str] | None:
    """Return the keys of a written-out dict, the empty set for none, None when unclear."""
    if node is None:
        return set()
    if not isinstance(node, ast.Dict):
        return None
    keys = [_text(key) for key in node.keys]
    return {key for key in keys if key} if all(keys) else None
