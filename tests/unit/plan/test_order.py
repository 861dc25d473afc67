from graphlib import CycleError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from releases import an_app

from deployer.plan.order import stack_order, waves_of
from deployer.project.links import dependencies
from deployer.project.model import Call


def test_what_depends_on_nothing_is_in_the_first_wave() -> None:
    assert waves_of({"api": frozenset(), "web": frozenset()}) == {"api": 1, "web": 1}


def test_an_app_comes_one_wave_after_the_latest_of_what_it_needs() -> None:
    before = {"db": frozenset(), "seed": frozenset({"db"}), "api": frozenset({"db", "seed"}), "web": frozenset({"api"})}

    assert waves_of(before) == {"db": 1, "seed": 2, "api": 3, "web": 4}


def test_a_circle_has_no_order() -> None:
    with pytest.raises(CycleError):
        waves_of({"a": frozenset({"b"}), "b": frozenset({"a"})})


def test_a_call_orders_apps_of_one_stack_and_never_those_of_another() -> None:
    own = Call(app="db", stack="board", service="db", port=5432)
    foreign = Call(app="mail", stack="billing", service="mail", port=25)
    apps = [an_app("web", calls=(own, foreign), after=("seed",)), an_app("db"), an_app("seed")]

    assert dependencies(apps)["web"] == {"db", "seed"}


@given(st.integers(min_value=1, max_value=12).flatmap(lambda n: st.lists(st.integers(0, n), min_size=n, max_size=n)))
def test_every_wave_comes_after_those_it_needs_and_none_is_empty(links: list[int]) -> None:
    before = {str(number): frozenset({str(link)} if link < number else set()) for number, link in enumerate(links)}
    waves = waves_of(before)

    assert all(waves[other] < waves[name] for name, others in before.items() for other in others)
    assert set(waves.values()) == set(range(1, max(waves.values()) + 1))


def test_stacks_go_platform_first_then_those_that_are_called() -> None:
    calls = {"aboard": {"billing"}, "billing": set[str](), "platform": set[str](), "crew": {"aboard"}}

    assert stack_order(calls) == ["platform", "billing", "aboard", "crew"]


def test_stacks_that_call_each_other_go_by_name() -> None:
    assert stack_order({"b": {"a"}, "a": {"b"}}) == ["a", "b"]
