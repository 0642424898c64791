"""What sending is measured against: the bare client loops, and the words that both sides send."""

import asyncio
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlencode

import aiohttp
import aiosmtplib

from channels_out.kinds.base import Envelope
from channels_out.kinds.email.rendering import render

SMS, EMAIL = "sms", "email"
CONNECTIONS = {SMS: 32, EMAIL: 8}
WARM_UP = 64  # messages of each process before its clock starts: every connection stands
ACCOUNT = "AC" + "0" * 32
SENDER = {SMS: "38123", EMAIL: "Shop <hello@shop.example>"}
SUBJECT = "How was it?"
TEXT = "Maison Lune: how was your delivery? Answer here: {link} STOP 38123"
HTML = (
    "<html><body><h1>How was it?</h1><p>"
    + "Words about the delivery. " * 60
    + "</p><a href='{link}'>Answer</a></body></html>"
)


class Clock(NamedTuple):
    """What a sending process calls once it is warm, and once its last message is sent."""

    start: Callable[[], None]
    stop: Callable[[], None]


def address(kind: str, index: int) -> str:
    return f"+336{10_000_000 + index}" if kind == SMS else f"customer{index}@shop.example"


def link(index: int) -> str:
    return f"https://example.org/r/{index:022}"


def run_bare(kind: str, port: int, number: int, clock: Clock) -> None:
    asyncio.run((bare_sms if kind == SMS else bare_email)(port, number, clock))


async def bare_sms(port: int, number: int, clock: Clock) -> None:
    """The same requests from one aiohttp session, nothing else."""
    url = f"http://127.0.0.1:{port}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    headers = {
        "Authorization": aiohttp.encode_basic_auth(ACCOUNT, "token"),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connector = aiohttp.TCPConnector(limit=CONNECTIONS[SMS])
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def work(waiting: Iterator[int]) -> None:
            for index in waiting:
                form = {
                    "To": address(SMS, index),
                    "From": SENDER[SMS],
                    "Body": TEXT.replace("{link}", link(index)),
                    "ValidityPeriod": "14400",
                    "StatusCallback": f"https://example.org/hooks/{index:036}",
                }
                async with session.post(url, data=urlencode(form).encode()) as response:
                    await response.json()

        async def send(count: int) -> None:
            waiting = iter(range(count))
            await asyncio.gather(*(work(waiting) for _ in range(CONNECTIONS[SMS])))

        await send(WARM_UP)
        clock.start()
        await send(number)
        clock.stop()


async def bare_email(port: int, number: int, clock: Clock) -> None:
    """Prebuilt bytes over connections that stay open, nothing else."""
    content = prebuilt()
    servers = [
        aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False)
        for _ in range(CONNECTIONS[EMAIL])
    ]

    async def work(smtp: aiosmtplib.SMTP, waiting: Iterator[int]) -> None:
        for index in waiting:
            await smtp.mail("hello@shop.example")
            await smtp.rcpt(address(EMAIL, index))
            await smtp.data(content)

    async def send(count: int) -> None:
        waiting = iter(range(count))
        await asyncio.gather(*(work(smtp, waiting) for smtp in servers))

    await asyncio.gather(*(smtp.connect() for smtp in servers))
    await send(WARM_UP)
    clock.start()
    await send(number)
    clock.stop()
    await asyncio.gather(*(smtp.quit() for smtp in servers))


def prebuilt() -> bytes:
    """A mail as the product writes it."""
    envelope = Envelope(
        message_id="0" * 36, to=address(EMAIL, 0), subject=SUBJECT, text=TEXT, html=HTML,
        slots={"link": link(0)},
    )  # fmt: skip
    return render(envelope, SENDER[EMAIL])
