"""Connections to mail servers that wait for the next chunk."""

import asyncio

from aiosmtplib import SMTP, SMTPException

from channels_out.kinds.base import Config

KEPT_SECONDS = 10.0
_Key = tuple[str, ...]


class IdleConnections:
    """Open connections by server and account; each leaves with a goodbye when nobody needs it."""

    def __init__(self) -> None:
        self._waiting: dict[_Key, dict[SMTP, asyncio.TimerHandle]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def take(self, config: Config) -> SMTP | None:
        """Return a connection that still stands, if there is one; it is the caller's now."""
        waiting = self._waiting.get(_key(config), {})
        while waiting:
            smtp, timer = waiting.popitem()
            timer.cancel()
            if smtp.is_connected:
                return smtp
        return None

    def put(self, config: Config, smtp: SMTP) -> None:
        """Keep a connection whose last mail is settled."""
        loop, key = asyncio.get_running_loop(), _key(config)
        timer = loop.call_later(KEPT_SECONDS, self._leave, key, smtp)
        self._waiting.setdefault(key, {})[smtp] = timer

    async def close(self) -> None:
        """Take leave of every server."""
        for waiting in self._waiting.values():
            for timer in waiting.values():
                timer.cancel()
        left = [smtp for waiting in self._waiting.values() for smtp in waiting]
        self._waiting.clear()
        await asyncio.gather(*(goodbye(smtp) for smtp in left), *self._leaving)

    def _leave(self, key: _Key, smtp: SMTP) -> None:
        waiting = self._waiting[key]
        del waiting[smtp]
        if not waiting:
            del self._waiting[key]
        task = asyncio.ensure_future(goodbye(smtp))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


async def goodbye(smtp: SMTP) -> None:
    """Quit; a server that does not answer is left without a word."""
    if not smtp.is_connected:
        return
    try:
        async with asyncio.timeout(1):
            await smtp.quit()
    except (SMTPException, OSError, TimeoutError):
        smtp.close()


def _key(config: Config) -> _Key:
    """What a connection was opened with: another password is another connection."""
    options = (config.options.get(name, "") for name in ("host", "port", "security"))
    secrets = (config.credentials.get(name, "") for name in ("username", "password"))
    return (*options, *secrets, str(config.internal_hosts))
