import json
from typing import Any

from golden import Golden

from deployer.plan.diff import diff_lines, told_changes, without_counts


def a_field(name: str, kind: str, old: str = "", new: str = "", notes: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"Type": kind, "Name": name, "Old": old, "New": new, "Annotations": list(notes) or None}


def an_object(name: str, kind: str, *fields: dict[str, Any], objects: Any = None) -> dict[str, Any]:
    return {"Type": kind, "Name": name, "Fields": list(fields) or None, "Objects": objects}


TASK = {
    "Type": "Edited",
    "Name": "server",
    "Fields": [a_field("Driver", "None", "docker", "docker"), a_field("KillTimeout", "Edited", "5s", "20s")],
    "Objects": [
        an_object("Config", "Edited", a_field("image", "Edited", "api:1.4", "api:1.5")),
        an_object(
            "Template",
            "Edited",
            a_field("EmbeddedTmpl", "Edited", "A=1\nB=2\n", "A=1\nB=3\nC=4\n"),
            a_field("ChangeMode", "Added", "", "noop"),
        ),
        an_object("Resources", "None", a_field("CPU", "None", "100", "100")),
    ],
    "Annotations": ["forces create/destroy update"],
}
GROUP = {
    "Type": "Edited",
    "Name": "web",
    "Fields": [a_field("Count", "Edited", "2", "4", ("forces create",)), a_field("Meta[old]", "Deleted", "yes")],
    "Objects": [
        an_object(
            "Service",
            "Added",
            a_field("Name", "Added", "", "api"),
            objects=[an_object("ConsulConnect", "Added", a_field("Native", "Added", "", "false"))],
        ),
        an_object("Network", "Deleted", a_field("Mode", "Deleted", "host")),
    ],
    "Tasks": [TASK, {"Type": "None", "Name": "log", "Fields": None, "Objects": None, "Annotations": None}],
    "Updates": {"create": 2, "create/destroy update": 2},
}
QUIET = {"Type": "None", "Name": "db", "Fields": None, "Objects": None, "Tasks": None, "Updates": {"ignore": 1}}
JOB = {
    "Type": "Edited",
    "ID": "api",
    "Fields": [a_field("Priority", "Edited", "50", "60"), a_field("Stop", "None", "false", "false")],
    "Objects": [an_object("Datacenters", "Edited", a_field("Datacenters", "Added", "", "dc2"))],
    "TaskGroups": [GROUP, QUIET],
}


def test_a_job_diff_becomes_lines_that_leave_out_what_stays(golden: Golden) -> None:
    assert json.loads(json.dumps(JOB)) == JOB
    golden("lines.txt", "\n".join(diff_lines(JOB)) + "\n")


def test_no_diff_has_no_lines() -> None:
    assert diff_lines(None) == ()
    assert diff_lines({"Type": "None", "ID": "api", "Fields": None, "Objects": None, "TaskGroups": None}) == ()


def scaled(**more: Any) -> dict[str, Any]:
    count = a_field("Count", "Edited", "4", "2")
    group = {"Type": "Edited", "Name": "web", "Fields": [count], "Objects": None, "Tasks": None} | more
    return {"Type": "Edited", "ID": "api", "Fields": None, "Objects": None, "TaskGroups": [group]}


def test_a_diff_of_counts_alone_is_none_without_them() -> None:
    left = without_counts(scaled())

    assert left is not None
    assert left["Type"] == "None"
    assert diff_lines(left) == ()


def test_anything_beside_the_count_is_still_a_change() -> None:
    for more in (
        {"Fields": [a_field("Count", "Edited", "4", "2"), a_field("Meta[a]", "Added", "", "b")]},
        {"Objects": [an_object("Network", "Added", a_field("Mode", "Added", "", "bridge"))]},
        {"Tasks": [TASK]},
    ):
        left = without_counts(scaled(**more))
        assert left is not None
        assert left["Type"] == "Edited"
        assert not any("Count" in line for line in diff_lines(left))


def test_a_change_of_the_job_itself_stays_when_counts_are_left_out() -> None:
    left = without_counts(scaled() | {"Fields": [a_field("Priority", "Edited", "50", "60")]})

    assert left is not None
    assert diff_lines(left) == ('~ Priority: "50" => "60"',)


def test_no_diff_has_no_counts() -> None:
    assert without_counts(None) is None


def test_an_edit_that_tells_no_change_is_none() -> None:
    empty = an_object("Scaling", "Edited")
    diff = scaled(Fields=None, Objects=[empty])
    told = told_changes(diff)

    assert told is not None
    assert (told["Type"], diff_lines(told)) == ("None", ())
    assert told_changes(None) is None


def test_an_edit_that_tells_no_change_is_left_out_beside_real_ones() -> None:
    told = told_changes(scaled(Objects=[an_object("Scaling", "Edited"), an_object("Network", "Added")]))

    assert diff_lines(told) == ('~ group "web"', '  ~ Count: "4" => "2"', "  + Network")
