import pytest

from geo.errors import GeoError, InputMissingError, StudyFileError
from geo.sources.study_toml import known_tables, parse_study_file, read_study_file
from tests.sources.tiny import STUDY


def write(folder, text, encoding="utf-8"):
    path = folder / "study.toml"
    path.write_bytes(text.encode(encoding))
    return path


def test_the_contracts_example_is_understood(tmp_path):
    study = read_study_file(write(tmp_path, STUDY))
    assert study.study.name == "Tiny"
    assert study.study.crs == "auto"
    assert study.demand.groups == {"elder": "age60plus"}
    assert study.standard.minutes == 15.0
    assert study.facilities.datum == "wgs84"
    assert study.locate("homes.csv") == tmp_path / "homes.csv"


def test_a_folder_stands_for_its_study_file(tmp_path):
    write(tmp_path, STUDY)
    assert read_study_file(tmp_path).path == tmp_path / "study.toml"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('name = "Tiny"', 'nane = "Tiny"', "“nane” in [study] is not known; did you mean “name”?"),
        ("weight =", "wieght =", "“wieght” in [demand] is not known; did you mean “weight”?"),
        (
            "weight =",
            'kind = "x"\nweight =',
            (
                "“kind” in [demand] is not known; what can stand there: path, id, name, layer, sheet, header_row, encoding, crs,"
                " datum, where, lon, lat, x, y, tags, weight, groups."
            ),
        ),
        ("[facilities]", "[facilitys]", "The table [facilitys] is not known; did you mean [facilities]?"),
        ("minutes = 15", 'minutes = "15"', "“minutes” in [standard] must be a number without quotes; it is '15'."),
        ("minutes = 15", "minutes = true", "“minutes” in [standard] must be a number without quotes; it is True."),
        ("minutes = 15", "minutes = 15\ndistance_m = 900", "[standard] has both minutes and distance_m; keep one of them."),
        ('profile = "adult"', 'profile = "adult"\nspeed_kmh = 4', "[standard] has both profile and speed_kmh; keep one of them."),
        ('path = "streets.osm"', "", "[network] needs exactly one of path, place and overpass = true; it has 0."),
        (
            'path = "streets.osm"',
            'path = "a"\nplace = "b"',
            "[network] needs exactly one of path, place and overpass = true; it has 2.",
        ),
        ('path = "homes.csv"', "", "“path” is missing in [demand]; write the name of its file."),
        (
            'weight = "population"',
            'datum = "gcj2"',
            "“gcj2” in [demand] is no known datum; write one of wgs84, gcj02, bd09, cgcs2000.",
        ),
        ('lat = "lat"\nweight', "weight", "[demand] names only one of its two coordinate columns; name both."),
        ('elder = "age60plus"', "elder = 3", "[demand.groups] must hold a column name for each group; it holds {'elder': 3}."),
        (
            'elder = "age60plus"',
            'weight = "age60plus"',
            "A group can't be called “weight”, which has a meaning of its own; choose another name.",
        ),
        ("[study]", "study = 3\n[x]", "“study” must be a table: write [study] on a line of its own."),
    ],
)
def test_each_fault_is_one_sentence(tmp_path, old, new, sentence):
    assert old in STUDY
    with pytest.raises(StudyFileError) as caught:
        read_study_file(write(tmp_path, STUDY.replace(old, new, 1)))
    assert str(caught.value) == sentence


def test_all_faults_are_listed(tmp_path):
    text = STUDY.replace("weight =", "wieght =").replace("[study]", "[stuudy]").replace("minutes = 15", 'minutes = "x"')
    _, faults = parse_study_file(write(tmp_path, text))
    assert len(faults) == 3
    assert all(isinstance(fault, GeoError) for fault in faults)


def test_missing_network_table(tmp_path):
    with pytest.raises(StudyFileError, match=r"The table \[network\] is missing"):
        read_study_file(write(tmp_path, '[study]\nname = "x"'))


def test_missing_file(tmp_path):
    with pytest.raises(InputMissingError, match="There is no study file"):
        read_study_file(tmp_path / "nowhere.toml")


def test_broken_toml_says_where(tmp_path):
    with pytest.raises(StudyFileError, match="line 2"):
        read_study_file(write(tmp_path, '[network]\npath = "C:\\data\\a.pbf"'))


def test_a_windows_editors_mark_and_gbk_are_understood(tmp_path):
    text = STUDY.replace("Tiny", "清河")
    assert read_study_file(write(tmp_path, text, "utf-8-sig")).study.name == "清河"
    assert read_study_file(write(tmp_path, text, "gbk")).study.name == "清河"


def test_backslashes_in_paths_lead_to_folders(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "homes.csv").write_text("x", encoding="utf-8")
    study = read_study_file(write(tmp_path, STUDY.replace('"homes.csv"', r"'data\homes.csv'")))
    assert study.locate(study.demand.path).is_file()


def test_every_key_is_documented():
    from pathlib import Path

    text = Path(__file__).parents[2].joinpath("docs", "study-file.md").read_text(encoding="utf-8")
    missing = [f"[{table}] {key}" for table, keys in known_tables().items() for key in keys if f"`{key}`" not in text]
    assert not missing


def test_more_groups_than_anyone_counts_are_refused(tmp_path):
    groups = "".join(f'g{number} = "g{number}"\n' for number in range(201))
    (tmp_path / "study.toml").write_text(
        f'[network]\npath = "a.osm"\n[demand]\npath = "h.csv"\n[demand.groups]\n{groups}', encoding="utf-8"
    )
    with pytest.raises(StudyFileError, match="names 201 groups; at most 200"):
        parse_study_file(tmp_path)
