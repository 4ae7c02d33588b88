"""The check of an app at Entra, and Entra's errors."""

import time
import uuid
from typing import NoReturn

from ..network import Call, Refused, json_answer
from .applications import PublicApplication
from .forms import NotAFormError, form_fields


def entra_error(error: str, aadsts: int, text: str, status: int = 400) -> NoReturn:
    """Refuse with an error, whose description begins with Microsoft's number."""
    trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
    moment = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
    content = {
        "error": error,
        "error_description": f"AADSTS{aadsts}: {text} Trace ID: {trace} "
        f"Correlation ID: {correlation} Timestamp: {moment}",
        "error_codes": [aadsts],
        "timestamp": moment,
        "trace_id": trace,
        "correlation_id": correlation,
    }
    raise Refused(json_answer(content, status))


def fields_of(call: Call) -> dict[str, str]:
    """Return the fields of a form. Refuses any other body."""
    try:
        return form_fields(call)
    except NotAFormError as err:
        entra_error("invalid_request", 900144, str(err))


def public_client(call: Call, form: dict[str, str]) -> tuple[str, PublicApplication]:
    """Return the app of a form. Refuses an unknown app, a broken registration, and any secret."""
    client_id = form.get("client_id", "")
    if not client_id:
        entra_error("invalid_request", 900144, "The request body must contain 'client_id'.")
    application = call.network.entra.applications.get(client_id)
    if application is None or not application.for_personal_accounts:
        entra_error(
            "unauthorized_client",
            700016,
            "The application was not found in the directory 'consumers', or is not enabled for consumers.",
        )
    if fault := application.fault:
        entra_error(fault.error, fault.aadsts, "The application is refused.", fault.status)
    if "client_secret" in form or "client_assertion" in form:
        entra_error(
            "invalid_client",
            700025,
            "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
            401,
        )
    return client_id, application


def secret_wanted() -> NoReturn:
    """Refuse an app that is not public for this request."""
    entra_error(
        "invalid_client",
        7000218,
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        401,
    )
