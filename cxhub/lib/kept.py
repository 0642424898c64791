"""What a process keeps in its memory for a while, oldest dropped first."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import TypeVar

Value = TypeVar("Value")

FOR_EVER = float("inf")


class Kept(dict[Hashable, tuple[float, Value]]):
    """Values by key, each with the moment until which it holds; readers take no lock."""

    def __init__(self, lifetime: float, most: int) -> None:
        super().__init__()
        self.lifetime, self.most = lifetime, most
        self.lock = threading.Lock()

    def get_or_make(self, key: Hashable, make: Callable[[], Value]) -> Value:
        known = self.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        value = make()
        with self.lock:
            while len(self) >= self.most:
                del self[next(iter(self))]
            self.pop(key, None)
            self[key] = (time.monotonic() + self.lifetime, value)
        return value

    def drop(self, key: Hashable) -> None:
        """Forget one value."""
        with self.lock:
            self.pop(key, None)
