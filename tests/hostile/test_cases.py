"""Every case ends in data or one right sentence; nobody is asked, nothing beyond the study is read, and little is used."""

from __future__ import annotations

import pytest

from tests.hostile.cases import CASES
from tests.hostile.tries import listening, tried
from tests.test_cli import command

MOST_SECONDS, MOST_MB = 10, 500
LIGHT = [case for case in CASES if not case.heavy]
HEAVY = [case for case in CASES if case.heavy and not case.long]
LONG = [case for case in CASES if case.long]
RUN_TOO = [*LIGHT[::9], LIGHT[-1]]
"""Of the light ones, those that are computed in every test run; the others are when there is time."""


def named(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def door():
    with listening() as (port, calls):
        yield port, calls


def judge(case, status, out, err):
    """Whether a command ended as it should."""
    said = out + err
    assert "Traceback" not in said
    assert "root:" not in said  # a line of /etc/passwd
    assert status == (1 if case.says else 0), said[-2000:]
    assert case.says in said, said[-2000:]
    assert "nobody foresaw" not in said


def one_sentence(case, err):
    if case.says:
        assert len(err.strip().splitlines()) == 1, err[:2000]


@named(LIGHT)
def test_check(case, tmp_path, door):
    port, calls = door
    judge(case, *command("check", case.write(tmp_path, port)))
    assert not calls


@named(RUN_TOO)
def test_run(case, tmp_path, door):
    computed(case, tmp_path, door)


@pytest.mark.long
@named([case for case in LIGHT if case not in RUN_TOO])
def test_run_the_others(case, tmp_path, door):
    computed(case, tmp_path, door)


def computed(case, tmp_path, door):
    port, calls = door
    status, out, err = command("run", case.write(tmp_path, port))
    judge(case, status, out, err)
    one_sentence(case, err)
    assert not calls


@named(HEAVY)
def test_check_in_a_process_of_its_own(case, tmp_path, door):
    bounded(case, "check", tmp_path, door)


@pytest.mark.long
@named([*HEAVY, *LONG])
def test_run_in_a_process_of_its_own(case, tmp_path, door):
    bounded(case, "run", tmp_path, door)


@pytest.mark.long
@named(LONG)
def test_check_what_takes_long(case, tmp_path, door):
    bounded(case, "check", tmp_path, door)


def bounded(case, word, folder, door):
    """The installed command, with what it used: seconds of the processor, since other programs may need it, too."""
    port, calls = door
    got = tried(word, case.write(folder, port))
    judge(case, got.status, got.out, got.err)
    if word == "run":
        one_sentence(case, got.err)
    assert not calls
    assert got.work_s < MOST_SECONDS
    assert got.memory_mb < MOST_MB
