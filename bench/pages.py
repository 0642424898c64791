"""The survey page: an open link (no query) and a personal link (one query), against hello."""

from collections import Counter
from collections.abc import Iterator
from itertools import cycle, repeat
from statistics import median

from bench.client import Result, get, load
from bench.ratios import Target, anchored, show
from bench.servers import granian
from bench.world import address, invite, world

WARM_UP = 2.0  # every survey's page is made once per process
SECONDS = 2.0
TOKENS = 2_000
DIFFERENT = 60_000


def open_links() -> Iterator[bytes]:
    codes = world().codes
    return cycle([get(f"/s/{codes[n % len(codes)]}", address(n)) for n in range(DIFFERENT)])


def personal_links() -> Iterator[bytes]:
    return cycle([get(f"/r/page{n % TOKENS}", address(n)) for n in range(DIFFERENT)])


def hellos() -> Iterator[bytes]:
    return repeat(get("/"))


def run() -> int:
    world()
    invite("page", 0, TOKENS)
    shares: dict[str, float] = {}
    size = 0
    with (
        granian("bench.hello:application", "/") as hello_url,
        granian("cxhub.wsgi:application", "/healthz/live") as url,
    ):

        def anchor() -> float:
            return load(hello_url, hellos(), seconds=SECONDS).rate

        for name, requests in (("open", open_links()), ("personal", personal_links())):
            load(url, requests, seconds=WARM_UP)
            results: list[Result] = []

            def measure(requests=requests, results=results) -> float:  # noqa: ANN001
                results.append(load(url, requests, seconds=SECONDS))
                return results[-1].rate

            hello, shares[name] = anchored(anchor, measure)
            size = results[-1].bytes_of_one
            print(f"  hello {hello:,.0f}/s, {name} link {describe(results)}")
    return show(
        [
            Target("open link ÷ hello", 100 * shares["open"], 70),
            Target("personal link ÷ hello", 100 * shares["personal"], 35),
            Target("page with its headers, compressed", size / 1000, 8, "kB", is_ceiling=True),
        ]
    )


def describe(results: list[Result]) -> str:
    """Rate and times, the medians of some runs."""
    rate, middle, slow = (
        median(values)
        for values in (
            [result.rate for result in results],
            [result.percentile(0.5) for result in results],
            [result.percentile(0.99) for result in results],
        )
    )
    statuses = sum((result.statuses for result in results), Counter())
    return f"{rate:,.0f}/s, p50 {middle:.1f} ms, p99 {slow:.1f} ms, {dict(statuses)}"
