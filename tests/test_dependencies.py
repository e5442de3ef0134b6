"""What is installed is what was looked at: every file by its hash, nothing by address, no licence that binds the program."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
NOTED = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
_BINDING = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|(?<!Lesser )General Public License", re.IGNORECASE)


def requirements() -> dict[str, str]:
    """Each requirement of the lock with all that is said of it, hashes included."""
    whole = re.sub(r"^\s*#.*\n", "", LOCK, flags=re.MULTILINE).replace("\\\n", " ")
    return {line.split(" --hash")[0].strip(): line for line in whole.splitlines() if line.strip()}


def test_every_locked_requirement_has_hashes_and_no_address():
    found = requirements()
    assert len(found) > 100
    for said, line in found.items():
        pinned = Requirement(said)
        assert [one.operator for one in pinned.specifier] == ["=="], said
        assert pinned.url is None
        hashes = re.findall(r"--hash=(\S+)", line)
        assert hashes, said
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), said
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|file:|@ ", LOCK)


def test_all_that_the_program_asks_for_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"], *project["optional-dependencies"]["helsinki"]]
    locked = {canonicalize_name(Requirement(said).name): Requirement(said) for said in requirements()}
    for wanted in map(Requirement, asked):
        (pin,) = locked[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(pin.version), wanted


@pytest.mark.parametrize("recipe", ["Makefile", "README.md"])
def test_the_recipes_take_nothing_without_its_hash(recipe):
    lines = [
        line for line in (ROOT / recipe).read_text(encoding="utf-8").splitlines() if re.search(r"install .*-r (\$|req)", line)
    ]
    assert lines
    assert all("--require-hashes" in line for line in lines)


def needed(name: str = "lifecircle") -> dict[str, str]:
    """Every distribution that the program needs to run here, with what its metadata says of its licence."""
    found: dict[str, str] = {}
    open_ends = [name]
    while open_ends:
        one = canonicalize_name(open_ends.pop())
        if one in found:
            continue
        try:
            known = distribution(one)
        except PackageNotFoundError:  # for another system, or an extra that nobody asked for
            continue
        found[one] = licence(known.metadata)
        wanted = map(Requirement, known.requires or [])
        open_ends += [each.name for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
    return found


def licence(metadata) -> str:
    marks = [mark for mark in metadata.get_all("Classifier") or [] if mark.startswith("License ::")]
    said = metadata.get("License-Expression") or (metadata.get("License") or "").strip().split("\n")[0]
    return " | ".join(filter(None, [said, *marks]))


def binds(said: str) -> bool:
    """Whether a licence would bind the whole program, with no other one to choose instead."""
    return all(_BINDING.search(choice) for choice in re.split(r"\bOR\b", said)) if said else False


def test_no_licence_of_what_runs_binds_the_program():
    found = needed()
    assert {"geopandas", "streamlit", "numba", "shapely"} <= set(found)
    assert len(found) > 50
    assert {name: said for name, said in found.items() if binds(said)} == {}
    untold = [name for name, said in found.items() if not said]
    assert [name for name in untold if name not in NOTED] == []


@pytest.mark.parametrize(
    ("said", "bound"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0", True),
        ("GNU Affero General Public License v3", True),
        ("License :: OSI Approved :: GNU General Public License v2 (GPLv2)", True),
        ("GPL-2.0 OR MIT", False),
        ("LGPL-2.1-only", False),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", False),
        ("BSD-3-Clause", False),
    ],
)
def test_a_binding_licence_is_known_when_it_is_met(said, bound):
    assert binds(said) == bound


def test_what_is_linked_into_the_wheels_is_noted():
    for word in ("GEOS", "LGPL-2.1", "PROJ", "GDAL", "OpenBLAS", "libgfortran", "streamlit-folium", "certifi"):
        assert word in NOTED
