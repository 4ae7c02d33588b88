"""The forms that token endpoints take."""

from urllib.parse import parse_qsl

from ..network import Call


class NotAFormError(Exception):
    """A body that is no form, or a form with a field twice."""


def form_fields(call: Call) -> dict[str, str]:
    """Return the fields of a form. Raises NotAFormError."""
    content_type = call.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if content_type != "application/x-www-form-urlencoded":
        raise NotAFormError("The request body must be form encoded.")
    pairs = parse_qsl(call.body.decode(errors="replace"), keep_blank_values=True)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotAFormError("A parameter is there twice.")
    return fields
