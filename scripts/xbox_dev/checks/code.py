"""Checks that the code and en.json use the same keys, as far as the code shows it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from homeassistant.const import Platform
from homeassistant.helpers import config_entry_oauth2_flow

from .files import Files, subtree
from .texts import placeholders

# the reasons that Home Assistant translates itself
SHARED_ABORTS = config_entry_oauth2_flow._SHARED_ABORT_REASONS | {  # noqa: SLF001
    "already_in_progress",
    "reauth_successful",
    "reconfigure_successful",
    "single_instance_allowed",
}
# abort reasons of Home Assistant's names when used; the texts are ours
IMPLIED_ABORTS = {
    "_abort_if_unique_id_configured": "already_configured",
    "AbstractOAuth2FlowHandler": "missing_configuration",
}
# steps that Home Assistant's OAuth flow, and its flow of a repair, show by themselves
OWN_STEPS = {"pick_implementation", "oauth_discovery", "creation", "confirm"}


@dataclass
class Code:
    """The content of the code: texts, names of steps, and calls with a key."""

    literals: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    patterns: list[re.Pattern[str]] = field(default_factory=list)
    calls: list[tuple[str, ast.Call]] = field(default_factory=list)

    def has(self, key: str) -> bool:
        """Return whether a key is in the code, or can come from one of its f-strings."""
        return key in self.literals or any(pattern.fullmatch(key) for pattern in self.patterns)


def check_code(files: Files) -> Iterator[str]:
    """Yield keys that the code uses and en.json lacks, and the reverse."""
    code = _read(files)
    for file, call in code.calls:
        yield from (f"{file}:{call.lineno}: {fault}" for fault in _missing(files, file, call))
    for name, reason in IMPLIED_ABORTS.items():
        if name in code.names:
            code.literals.add(reason)
            if reason not in _aborts(files):
                yield f"{name} aborts with {reason}, which is not in en.json"
    for path in _paths(files):
        if not code.has(path[-1]):
            yield f"en.json: {'.'.join(path)}: nothing in the code uses it"


def _read(files: Files) -> Code:
    code = Code()
    for path in sorted(files.folder.rglob("*.py")):
        file = str(path.relative_to(files.folder))
        for node in ast.walk(ast.parse(path.read_text())):
            _add(code, file, node)
    return code


def _add(code: Code, file: str, node: ast.AST) -> None:
    match node:
        case ast.Constant(value=str(text)):
            code.literals.add(text)
        case ast.JoinedStr(values=parts):
            regex = "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+"
                for part in parts
            )
            if re.fullmatch(r"[\w\\+]+", regex) and len(regex.replace(r"\w+", "")) > 2:
                code.patterns.append(re.compile(regex))
        case ast.Attribute(attr=name) | ast.Name(id=name):
            code.names.add(name)
        case ast.AsyncFunctionDef(name=name) if name.startswith("async_step_"):
            code.literals.add(name.removeprefix("async_step_"))
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="auto"))):
            code.literals.add(name.lower())
        case ast.Call():
            code.calls.append((file, node))


def _paths(files: Files) -> Iterator[tuple[str, ...]]:
    """Yield the paths in en.json whose last key must be in the code."""
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


def _missing(files: Files, file: str, call: ast.Call) -> Iterator[str]:
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
            yield from _entity(files, file, key or _text(keywords.get("key")), keywords)


def _exception(files: Files, key: str, used_placeholders: set[str] | None) -> Iterator[str]:
    message = subtree(files.english, "exceptions", key).get("message")
    if message is None:
        yield f"the exception {key} is not in en.json"
    elif used_placeholders is not None and used_placeholders != placeholders(message):
        yield f"the exception {key} has other placeholders than in en.json"


def _entity(
    files: Files, file: str, key: str | None, keywords: dict[str, ast.expr]
) -> Iterator[str]:
    platform = file.partition("/")[0].removesuffix(".py")
    if platform not in set(Platform) or key is None or "name" in keywords:
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
    """Return the keys of a dict literal, an empty set without a dict, None if unclear."""
    if node is None:
        return set()
    if not isinstance(node, ast.Dict):
        return None
    keys = [_text(key) for key in node.keys]
    return {key for key in keys if key} if all(keys) else None
