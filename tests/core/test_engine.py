from __future__ import annotations

from geo.core.engine import cache_folder


def test_compiled_loops_are_kept_by_the_state_of_the_code(tmp_path):
    (tmp_path / "loops.py").write_text("@compiled\ndef f(): ...\n", encoding="utf-8")
    (tmp_path / "tables.py").write_text("x = 1\n", encoding="utf-8")
    first = cache_folder(tmp_path)
    (tmp_path / "tables.py").write_text("x = 2\n", encoding="utf-8")
    assert cache_folder(tmp_path) == first  # nothing compiled has changed
    (tmp_path / "loops.py").write_text("@compiled\ndef f(): pass\n", encoding="utf-8")
    assert cache_folder(tmp_path) != first


def test_the_users_own_cache_folder_is_respected(tmp_path):
    assert cache_folder(tmp_path, str(tmp_path / "mine")).parent == tmp_path / "mine"
