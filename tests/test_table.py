from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.table import Table, Words, as_table, distinct
from tests.streets import make_network

TEXTS = st.lists(st.sampled_from(["", "东街", "a", "Z", "é", "nan"]), max_size=12)


@given(TEXTS)
def test_words_are_what_pandas_makes_of_the_texts(texts):
    words, known = Words.of(texts), pd.Categorical(texts)
    assert words.words == known.categories.tolist()
    assert words.code.tolist() == known.codes.tolist()
    assert words.among({"a", ""}).tolist() == [text in {"a", ""} for text in texts]


@given(TEXTS, st.data())
def test_rows_keep_their_words_and_no_others(texts, data):
    rows = data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=9)) if texts else []
    words = Words.of(texts).take(np.array(rows, dtype=np.int64))
    assert [words.words[code] for code in words.code] == [texts[row] for row in rows]
    assert words.words == sorted({texts[row] for row in rows})


@pytest.mark.parametrize(("words", "code"), [(["a", "a"], [0]), (["a"], [1]), (["a"], [-2]), ([], [0])])
def test_codes_that_mean_nothing_are_refused(words, code):
    with pytest.raises(ValueError, match="word"):
        Words(words, np.array(code, dtype=np.int32))


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="lengths"):
        Table({"a": np.zeros(2), "b": np.zeros(3)})


def test_a_table_and_its_frame():
    frame = pd.DataFrame({"id": [3, 1], "name": pd.Categorical(["b", "a"]), "steps": [True, False]})
    table = Table.of(frame)
    assert len(table) == 2
    pd.testing.assert_frame_equal(table.frame(), frame)
    assert as_table(table) is table
    assert len(Table({})) == 0


def test_a_network_takes_frames_and_tables_and_gives_frames():
    network = make_network([(0, 0), (100, 0)], [(0, 1)])
    table = Table({"way_id": np.array([7]), "highway": Words(["steps"], np.zeros(1, dtype=np.int32))})
    given_table = replace(network, ways=table)
    assert given_table.way_table is table
    assert given_table.ways["highway"].tolist() == ["steps"]
    assert given_table.ways is given_table.ways
    assert replace(network, ways=table.frame()).way_table.columns["way_id"].tolist() == [7]
    assert network.points is None
    assert network.point_table is None
    with pytest.raises(TypeError, match="ways"):
        type(network)(**{name: value for name, value in vars(network).items() if name != "ways"})


@given(st.lists(st.integers(0, 30), max_size=20))
def test_distinct_numbers(numbers):
    used, number = distinct(np.array(numbers, dtype=np.int64))
    assert used.tolist() == sorted(set(numbers))
    assert used[number].tolist() == numbers


@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=25))
def test_components_are_those_of_scipy(edges):
    network = make_network([(i, i * i) for i in range(15)], edges)
    links = coo_array((np.ones(len(edges)), (network.edge_u, network.edge_v)), shape=(15, 15))
    count, label = connected_components(links, directed=False)
    pairs = set(zip(label.tolist(), network.component.tolist(), strict=True))
    assert len(pairs) == count == len(set(network.component.tolist()))
    size = np.bincount(network.component)
    assert (np.diff(size) <= 0).all()
    first = [network.component.tolist().index(number) for number in range(count)]
    assert all(size[i] > size[i + 1] or first[i] < first[i + 1] for i in range(count - 1))
