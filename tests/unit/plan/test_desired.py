from releases import OWNER, a_desired_state, an_app, an_environment, intentions

from deployer.pack.render import Rendered
from deployer.plan.desired import desired_state
from deployer.project.model import App, Call, Ingress


def rendered(app: App, kind: str = "service") -> Rendered:
    return Rendered(app=app, name=f"{app.stack}/{app.name}.nomad.hcl", text=f'job "{app.job_id}" {{}}', kind=kind)


def state_of(*apps: App, kind: str = "service"):
    environment = an_environment(ingress=Ingress(service="edge"))
    return desired_state(OWNER, environment, [rendered(app, kind) for app in apps], within=apps)


def test_calls_and_public_routes_become_intentions_of_service_names() -> None:
    call = Call(app="api", stack="board", service="api-dev", port=8080)
    web = an_app("web", service="web-dev", calls=(call,), values={"public": {"host": "shop.localhost"}})
    state = state_of(web, an_app("api", service="api-dev"))

    assert state.intentions == intentions("web-dev -> api-dev", "edge -> web-dev")


def test_only_protocols_that_differ_from_the_meshs_own_are_written() -> None:
    state = state_of(
        an_app("web", values={"protocol": "http"}), an_app("db", values={"protocol": "tcp"}), an_app("mail")
    )

    assert state.protocols == {"web": "http"}


def test_jobs_come_in_waves_and_by_name_within_one() -> None:
    call = Call(app="db", stack="board", service="db", port=5432)
    state = state_of(an_app("zebra"), an_app("api", calls=(call,)), an_app("db"))

    assert [(job.wave, job.app.name) for job in state.jobs] == [(1, "db"), (1, "zebra"), (2, "api")]


def test_the_same_text_in_another_namespace_is_another_job() -> None:
    here, there = state_of(an_app()).jobs[0], state_of(an_app(namespace="prod")).jobs[0]

    assert here.fingerprint != there.fingerprint
    assert there.key == ("prod", "api")


def test_scaling_that_is_switched_off_leaves_the_counts_to_the_files() -> None:
    def scaled(**scaling):
        return state_of(an_app(values={"scaling": scaling} if scaling else {})).jobs[0].autoscaled

    assert scaled(min=1, max=4)
    assert scaled(min=1, enabled=True)
    assert not scaled(min=1, enabled=False)
    assert not scaled()


def test_the_owner_is_told_by_constant_meta_alone() -> None:
    owner = a_desired_state().owner

    assert str(owner) == "shop/board/dev"
    assert owner.meta() == {
        "nomadeploy_project": "shop",
        "nomadeploy_stack": "board",
        "nomadeploy_environment": "dev",
    }
