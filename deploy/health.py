"""Ask a web or live process of this container whether it answers; exit 0 when it says 200."""
# ruff: noqa: INP001 (a script that the container runs, not a package)

import http.client
import os
import sys
from urllib.parse import urlsplit


def main(url: str) -> int:
    # The host that the product expects; it refuses the container's own address.
    host = urlsplit(os.environ.get("SITE_URL", "")).netloc or "127.0.0.1"
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=4)
    try:
        connection.request("GET", parts.path, headers={"Host": host})
        return 0 if connection.getresponse().status == 200 else 1
    except OSError as error:
        sys.stdout.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
