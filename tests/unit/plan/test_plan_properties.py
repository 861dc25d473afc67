"""What holds for every plan, whatever is wanted and whatever runs."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from releases import (
    OTHER_OWNER,
    OWNER,
    KeptReport,
    a_desired_job,
    a_desired_state,
    a_resolved,
    actions_of,
    intentions,
    job_text,
    planned,
    twins,
)

from deployer.actions.connect import Cluster
from deployer.actions.run import run_plans
from deployer.cluster.model import ObservedConfigEntry
from deployer.errors import NotOwned
from deployer.plan.desired import DesiredState, Owner
from deployer.plan.model import Action
from deployer.report.plan_text import plan_text

NAMES = ("api", "db", "mail", "web")
names = st.sampled_from(NAMES)
links = st.sets(st.tuples(names, names).map(" -> ".join), max_size=5)


@st.composite
def states(draw: st.DrawFn, owner: Owner = OWNER, prefix: str = "") -> DesiredState:
    apps = draw(st.lists(names, unique=True))
    jobs = tuple(
        a_desired_job(f"{prefix}{name}", version=draw(st.sampled_from("12")), wave=draw(st.integers(1, 3)))
        for name in apps
    )
    return a_desired_state(
        *jobs,
        owner=owner,
        intentions=intentions(*(link.replace(" -> ", f" -> {prefix}") for link in draw(links))),
        protocols={f"{prefix}{name}": "http" for name in draw(st.sets(names))},
    )


def run(desired: DesiredState, cluster: Cluster, tmp: Any) -> None:
    run_plans([planned(desired, cluster)], a_resolved(tmp), cluster, KeptReport())


def jobs_of(cluster: Cluster) -> dict[str, tuple[int, bool]]:
    return {job.id: (job.job_modify_index, job.stop) for job in cluster.nomad.list_jobs()}


def entries(cluster: Cluster) -> dict[tuple[str, str], ObservedConfigEntry]:
    kinds = ("service-intentions", "service-defaults")
    return {(kind, entry.name): entry for kind in kinds for entry in cluster.consul.config_entries(kind).value}


@given(before=states(), wanted=states())
def test_applying_a_plan_leaves_an_empty_plan(tmp_path_factory, before: DesiredState, wanted: DesiredState) -> None:
    cluster, tmp = twins(), tmp_path_factory.getbasetemp()
    run(before, cluster, tmp)
    run(wanted, cluster, tmp)

    again = planned(wanted, cluster)
    assert again.plan.changes == (), plan_text(again.plan)
    running = {job.id for job in cluster.nomad.list_jobs() if not job.stop}
    assert running == {job.job_id for job in wanted.jobs}
    allowed = {
        f"{source.name} -> {entry.destination}" for entry in cluster.consul.intentions() for source in entry.sources
    }
    assert allowed == {f"{item.source} -> {item.destination}" for item in wanted.intentions}


@given(theirs=states(owner=OTHER_OWNER, prefix="their-"), before=states(), wanted=states())
def test_a_release_never_touches_what_it_does_not_own(
    tmp_path_factory, theirs: DesiredState, before: DesiredState, wanted: DesiredState
) -> None:
    cluster, tmp = twins(), tmp_path_factory.getbasetemp()
    run(theirs, cluster, tmp)
    by_hand = {"Kind": "service-intentions", "Name": "api", "Sources": [{"Name": "cron", "Action": "allow"}]}
    cluster.consul.put_config_entry(by_hand, cas=0)
    jobs, kept = jobs_of(cluster), entries(cluster)

    run(before, cluster, tmp)
    run(wanted, cluster, tmp)

    assert jobs.items() <= jobs_of(cluster).items()
    left = entries(cluster)
    assert {key: left[key] for key in kept if key[1] != "api"} == {k: v for k, v in kept.items() if k[1] != "api"}
    assert "cron" in {source["Name"] for source in left["service-intentions", "api"].raw["Sources"]}


@given(wanted=states().filter(lambda state: len(state.jobs) > 0), data=st.data())
def test_a_job_that_somebody_else_started_is_refused_and_nothing_is_changed(
    tmp_path_factory, wanted: DesiredState, data: st.DataObject
) -> None:
    cluster = twins()
    foreign = data.draw(st.sampled_from(wanted.jobs)).job_id
    cluster.nomad.register_job(cluster.nomad.parse_job(job_text(foreign, version="0")), expected_index=0)
    before = cluster.nomad.list_jobs(), entries(cluster)

    plan = planned(wanted, cluster)
    assert actions_of(plan)[foreign] is Action.REFUSE
    try:
        run_plans([plan], a_resolved(tmp_path_factory.getbasetemp()), cluster, KeptReport())
        raise AssertionError("a foreign job was not refused")
    except NotOwned as error:
        assert foreign in str(error)  # noqa: PT017 - hypothesis shows the example either way
    assert (cluster.nomad.list_jobs(), entries(cluster)) == before


@given(before=states(), wanted=states(), seed=st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_change_the_plan(
    tmp_path_factory, before: DesiredState, wanted: DesiredState, seed: Any
) -> None:
    cluster = twins()
    run(before, cluster, tmp_path_factory.getbasetemp())
    jobs, protocols = list(wanted.jobs), list(wanted.protocols.items())
    seed.shuffle(jobs)
    seed.shuffle(protocols)
    shuffled = a_desired_state(*jobs, intentions=wanted.intentions, protocols=dict(protocols))

    assert plan_text(planned(shuffled, cluster).plan) == plan_text(planned(wanted, cluster).plan)
