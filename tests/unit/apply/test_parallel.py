import threading

import pytest

from deployer.apply.parallel import run_all


def test_results_come_in_the_order_of_the_calls() -> None:
    assert run_all([lambda number=number: number * 2 for number in range(20)], at_once=4) == list(range(0, 40, 2))
    assert run_all([], at_once=4) == []


def test_all_calls_end_before_the_first_error_in_order_is_raised() -> None:
    ended = []

    def fail(number: int) -> None:
        ended.append(number)
        raise ValueError(number)

    calls = [lambda: ended.append(0), lambda: fail(1), lambda: fail(2), lambda: ended.append(3)]
    with pytest.raises(ValueError, match="1"):
        run_all(calls, at_once=2)
    assert sorted(ended) == [0, 1, 2, 3]


def test_no_more_than_the_given_number_run_at_once() -> None:
    both = threading.Barrier(2)
    running, most, guard = 0, 0, threading.Lock()

    def call() -> None:
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
        both.wait(timeout=10)
        with guard:
            running -= 1

    run_all([call] * 8, at_once=2)
    assert most == 2


def test_a_single_call_runs_in_the_calling_thread() -> None:
    assert run_all([threading.current_thread], at_once=8) == [threading.current_thread()]
