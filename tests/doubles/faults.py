"""The ways in which a provider's answer to one request can go wrong."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """One scripted answer; `accepts` says whether the message was taken all the same."""

    status: int = 200
    code: int = 0
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    content_type: str = "application/json"
    seconds: float = 0
    accepts: bool = False
    resets: bool = False
    truncates: bool = False


def refusal(status: int, code: int, message: str = "") -> Fault:
    return Fault(status, code, message or f"error {code}")


def too_many(retry_after: int | None = None) -> Fault:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(429, 20429, "Too Many Requests", headers)


def server_error(status: int = 500, *, accepts: bool = False) -> Fault:
    return Fault(status, 20500, "Internal Server Error", accepts=accepts)


def hang(seconds: float, *, accepts: bool = False) -> Fault:
    return Fault(seconds=seconds, resets=True, accepts=accepts)


def reset(*, accepts: bool = True) -> Fault:
    return Fault(resets=True, accepts=accepts)


def html(*, accepts: bool = True) -> Fault:
    page = "<html><body>Maintenance</body></html>"
    return Fault(body=page, content_type="text/html", accepts=accepts)


def truncated(*, accepts: bool = True) -> Fault:
    return Fault(201, truncates=True, accepts=accepts)


def without_sid(*, accepts: bool = True) -> Fault:
    return Fault(201, body='{"status": "queued"}', accepts=accepts)


OPTED_OUT = refusal(400, 21610, "Attempt to send to unsubscribed recipient")
CREDENTIALS = refusal(401, 20003, "Authenticate")
