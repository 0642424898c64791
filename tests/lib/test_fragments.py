"""What many ask for at once is made once."""

import threading
import time

from cxhub.lib.fragments import Memory, Turns


def all_at_once(count, call):
    barrier = threading.Barrier(count)
    results = []

    def run(number):
        barrier.wait()
        results.append(call(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return results


def test_memory_makes_a_thing_once_for_all_who_want_it():
    memory, made = Memory(), []

    def make():
        made.append(threading.get_ident())
        time.sleep(0.05)
        return "it"

    assert all_at_once(8, lambda _number: memory.get_or_make("key", make)) == ["it"] * 8
    assert len(made) == 1


def test_memory_keeps_the_things_that_were_made_last():
    memory = Memory(size=2)
    for key in ("a", "b", "a", "c"):
        memory.get_or_make(key, lambda key=key: key.upper())

    assert [memory.get(key) for key in ("a", "b", "c")] == [None, "B", "C"]


def test_memory_keeps_nothing_of_what_failed():
    memory = Memory()

    def fail():
        raise ValueError

    failed = 0
    for _ in range(2):
        try:
            memory.get_or_make("key", fail)
        except ValueError:
            failed += 1

    assert failed == 2
    assert memory.get_or_make("key", lambda: "good") == "good"


def test_the_first_goes_ahead_and_the_others_after_him():
    turns, order, lock = Turns(), [], threading.Lock()

    def pass_through(number):
        with turns.taken("door"):
            time.sleep(0.05 if not order else 0)
            with lock:
                order.append(time.monotonic())

    started = time.monotonic()
    all_at_once(8, pass_through)

    assert len(order) == 8
    assert order[0] - started >= 0.05
    assert turns.ahead == {}


def test_who_fails_lets_the_others_through():
    turns = Turns()
    for _ in range(2):
        try:
            with turns.taken("door"):
                raise ValueError
        except ValueError:
            pass

    assert turns.ahead == {}
