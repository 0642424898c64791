"""Twilio's asynchronous HTTP client, on our timeouts, our connections and our base address.

For everything that is not hot; messages are created over `lines`.
"""

import platform
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import aiohttp
from twilio import __version__
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

TWILIO_BASE = "https://api.twilio.com"
CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 15.0

_TIMEOUT = aiohttp.ClientTimeout(
    total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS
)
_AGENT = f"twilio-python/{__version__} CXHub Python/{platform.python_version()}"


class _Session:
    """The connections. Twilio's client passes `timeout=None`, which aiohttp takes for "never"."""

    def __init__(self, connections: int) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections, ttl_dns_cache=300),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def request(self, **request: Any) -> aiohttp.ClientResponse:
        """Send with our timeouts, whatever was asked for."""
        request["timeout"] = _TIMEOUT
        return await self._session.request(**request)

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()


class PooledTwilioHttpClient(AsyncTwilioHttpClient):  # type: ignore[misc]  # untyped package
    """Keeps a connection alive for as long as it lives, inside one event loop."""

    def __init__(self, account_sid: str, auth_token: str, base: str = "") -> None:
        super().__init__(pool_connections=False)
        self._base = (base or TWILIO_BASE).rstrip("/")
        self._authorization = aiohttp.encode_basic_auth(account_sid, auth_token)
        self.session = _Session(connections=1)

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Send what the resource classes ask for to our base address."""
        return await super().request(
            method,
            _rebased(url, self._base),
            params=params,
            data=data,
            headers={**(headers or {}), "Authorization": self._authorization},
            allow_redirects=allow_redirects,
        )


def resource_client(http: PooledTwilioHttpClient, account_sid: str, auth_token: str) -> Client:
    """Return Twilio's own client on top of the HTTP client, for everything that is not hot."""
    return Client(account_sid, auth_token, http_client=http)


def messages_url(account_sid: str, base: str = "") -> str:
    """Return where the messages of an account are made."""
    root = (base or TWILIO_BASE).rstrip("/")
    return f"{root}/2010-04-01/Accounts/{quote(account_sid, safe='')}/Messages.json"


def agent_headers(account_sid: str, auth_token: str) -> dict[str, str]:
    """Return what every request that creates a message carries: who asks, in which form."""
    return {
        "Authorization": aiohttp.encode_basic_auth(account_sid, auth_token),
        "User-Agent": _AGENT,
        "X-Twilio-Client": f"python-{__version__}",
        "Accept": "application/json",
        "Accept-Charset": "utf-8",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def _rebased(url: str, base: str) -> str:
    parts = urlsplit(url)
    target = urlsplit(base)
    path = target.path.rstrip("/") + parts.path
    return urlunsplit((target.scheme, target.netloc, path, parts.query, ""))
