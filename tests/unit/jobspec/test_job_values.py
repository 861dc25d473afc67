"""Durations, cron expressions and the reading of values, each as Nomad takes them."""

import pytest

from deployer.hcl.parse import parse_body
from deployer.jobspec.check import check_jobspec
from deployer.jobspec.durations import nanoseconds, spoken
from deployer.jobspec.kinds import job_kind
from deployer.jobspec.node import Node, node_of
from deployer.jobspec.rules.cron import cron_complaint


def job_of(inside: str) -> Node:
    body = parse_body(f'job "a" {{\n{inside}\n}}\n', "job")
    (job,) = node_of("", (), body, 0).children["job"]
    return job


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("30s", 30_000_000_000),
        ("1h30m", 5_400_000_000_000),
        ("1.5m", 90_000_000_000),
        ("-5ms", -5_000_000),
        ("1µs", 1_000),
        ("30", None),
        ("30 s", None),
        ("1d", None),
        ("", None),
        ("s", None),
    ],
)
def test_a_duration_is_read_as_go_reads_it(text: str, amount: int | None) -> None:
    assert nanoseconds(text) == amount


def test_a_duration_is_told_in_its_largest_unit() -> None:
    assert [spoken(amount) for amount in (0, 90_000_000_000, 7_200_000_000_000, 500_000_000)] == [
        "0s",
        "90s",
        "2h",
        "500ms",
    ]


@pytest.mark.parametrize(
    "text",
    ["* * * * *", "*/5 0-12/3 1,15 JAN-MAR mon-fri", "0 3 * * * 2030", "*/10 * * * * * *", "@daily", "0 0 L * 5#2"],
)
def test_a_possible_cron_expression_has_no_complaint(text: str) -> None:
    assert cron_complaint(text) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("* * * *", "has 4"),
        ("60 * * * *", "minute"),
        ("* 24 * * *", "hour"),
        ("* * 0 * *", "day of month"),
        ("* * * 13 *", "month"),
        ("* * * * noday", "day of week"),
        ("*/0 * * * *", "minute"),
        ("@fortnightly", "@monthly"),
    ],
)
def test_an_impossible_cron_expression_names_its_field(text: str, words: str) -> None:
    assert words in cron_complaint(text)


def test_what_nomad_leaves_for_run_time_is_text_and_what_it_evaluates_is_unknown() -> None:
    job = job_of(
        """
        a = attr.kernel.name
        b = "${node.class}-x"
        c = var.x
        d = "${var.x}"
        e = "x-${var.x}"
        f = upper("a")
        """
    )

    assert [job.text(name) for name in "abcdef"] == ["${attr.kernel.name}", "${node.class}-x", None, None, None, None]


def test_a_dynamic_block_counts_as_the_block_it_makes() -> None:
    job = job_of(
        """
        dynamic "group" {
          for_each = ["x"]
          iterator = each
          labels   = ["g"]
          content {
            count = each.value
          }
        }
        """
    )

    (group,) = job.all("group")
    assert group.name == "g"
    assert group.whole("count", 1) is None
    assert group.key == "job/a/group/g"


def test_all_findings_come_at_once_in_the_order_of_their_lines() -> None:
    findings = check_jobspec('job "a" {\n  typ = "service"\n  priority = 0.5\n  group "g" {}\n}\n', "web.nomad.hcl")

    assert [str(finding).partition(";")[0] for finding in findings] == [
        "web.nomad.hcl:2: job/a/typ: a job block has no attribute 'typ'",
        "web.nomad.hcl:3: job/a/priority: must be a whole number, not 0.5",
        "web.nomad.hcl:4: job/a/group/g: the group has no task",
    ]


def test_the_kind_of_a_job_is_read_from_its_text() -> None:
    body = parse_body(
        """
        job "label" {
          id        = "nightly"
          type      = "batch"
          namespace = "prod"
          periodic {
            cron = "@daily"
          }
          group "a" {
            scaling {
              max = 3
            }
          }
          group "b" {
            scaling {
              enabled = false
              max     = 3
            }
          }
        }
        """,
        "job",
    )

    kind = job_kind(body)

    assert kind is not None
    assert (kind.job_id, kind.type, kind.namespace) == ("nightly", "batch", "prod")
    assert (kind.groups, kind.scaled_groups) == (("a", "b"), ("a",))
    assert (kind.is_periodic, kind.is_parameterized) == (True, False)


def test_a_file_without_a_job_has_no_kind() -> None:
    assert job_kind(parse_body("x = 1\n", "job")) is None
