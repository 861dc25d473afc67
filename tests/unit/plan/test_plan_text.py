import json

from golden import Golden
from releases import OWNER, a_step

from deployer.plan.model import Action, Kind, Plan
from deployer.report.plan_json import plans_as_json
from deployer.report.plan_text import plan_text, totals_text

STEPS = (
    a_step("db", Action.REFUSE, cause="'db' runs in namespace 'default' already and no release of this stack made it"),
    a_step("web -> api", Action.CREATE, Kind.INTENTION, cause="not allowed yet", wave=0),
    a_step("api", Action.REPLACE, cause="jobspec changed", details=('~ group "web"', '  ~ Count: "1" => "2"')),
    a_step("report", Action.IN_PLACE, cause="jobspec changed", namespace="batch", warnings=("has no update block",)),
    a_step("new", cause="not in the cluster", wave=2),
    a_step("mail", Action.KEEP, cause="unchanged"),
    a_step("seed", Action.KEEP, cause="has succeeded"),
    a_step("api", Action.IN_PLACE, Kind.SERVICE_DEFAULTS, cause="protocol tcp → http", wave=0),
    a_step("old", Action.STOP, cause="no longer declared", wave=3),
    a_step("old -> api", Action.REMOVE, Kind.INTENTION, cause="no longer declared", wave=3),
)
PLAN = Plan(owner=OWNER, steps=STEPS, routes={"web": "https://shop.localhost/", "api": "https://shop.localhost/api/"})


def test_a_plan_as_text_tells_totals_causes_and_what_is_public(golden: Golden) -> None:
    golden("plan.txt", plan_text(PLAN))
    golden("quiet.txt", plan_text(PLAN, details=False))


def test_a_plan_as_json_holds_no_job_bodies(golden: Golden) -> None:
    text = plans_as_json([PLAN])

    golden("plan.json", text + "\n")
    assert "raw_exec" not in text
    assert json.loads(text)["stacks"][0]["changed"] is True


def test_a_plan_without_changes_is_short_and_tells_no_routes() -> None:
    steps = tuple(a_step(f"app-{number:02}", Action.KEEP, cause="unchanged") for number in range(11))
    plan = Plan(owner=OWNER, steps=steps, routes={"app-00": "https://shop.localhost/"})

    assert plan_text(plan) == (
        "Plan for shop/board/dev: 11 unchanged\n"
        "    unchanged: app-00, app-01, app-02, app-03, app-04, app-05, app-06, app-07 and 3 more\n"
    )


def test_a_plan_for_nothing_says_so() -> None:
    assert totals_text(Plan(owner=OWNER, steps=())) == "nothing declared"


def test_long_details_are_cut_with_their_number() -> None:
    step = a_step("api", Action.REPLACE, details=tuple(f"~ line {number}" for number in range(50)))
    text = plan_text(Plan(owner=OWNER, steps=(step,)))

    assert "~ line 39\n      … 10 more lines\n" in text
    assert "~ line 40" not in text
