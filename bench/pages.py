"""The survey page: an open link (no query) and a personal link (one query), against hello."""

from collections.abc import Iterator
from itertools import cycle, repeat

from bench.client import Result, get, load
from bench.ratios import Target, anchored, show
from bench.servers import granian
from bench.world import address, invite, world

WARM_UP = 2.0  # every survey's page is made once per process
SECONDS = 4.0
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
    results: dict[str, Result] = {}
    with (
        granian("bench.hello:application", "/") as hello_url,
        granian("cxhub.wsgi:application", "/healthz/live") as url,
    ):
        load(url, open_links(), seconds=WARM_UP)
        load(url, personal_links(), seconds=1)
        load(hello_url, hellos(), seconds=0.5)

        def measure() -> None:
            results["open"] = load(url, open_links(), seconds=SECONDS)
            results["personal"] = load(url, personal_links(), seconds=SECONDS)

        def anchor() -> float:
            return load(hello_url, hellos(), seconds=SECONDS).rate

        hello = anchored(anchor, measure)
    print(f"  hello {hello:,.0f}/s")
    for name, result in results.items():
        print(
            f"  {name} link {result.rate:,.0f}/s, p50 {result.percentile(0.5):.1f} ms, "
            f"p99 {result.percentile(0.99):.1f} ms, {dict(result.statuses)}"
        )
    return show(
        [
            Target("open link ÷ hello", 100 * results["open"].rate / hello, 70),
            Target("personal link ÷ hello", 100 * results["personal"].rate / hello, 35),
            Target(
                "page with its headers, compressed",
                results["open"].bytes_of_one / 1000,
                8,
                "kB",
                is_ceiling=True,
            ),
        ]
    )
