"""Small hand-made walk networks for tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo.model import ServiceStandard, WalkNetwork, WalkProfile

CRS = "EPSG:4547"
ADULT = WalkProfile("adult", 3.6)  # one metre a second: costs in seconds and metres are the same number


def standard(minutes: float | None = 15.0, profile: WalkProfile = ADULT, **more) -> ServiceStandard:
    return ServiceStandard(profile=profile, minutes=None if "distance_m" in more else minutes, **more)


def make_network(nodes, edges, *, steps=(), crossing=None, origin=(500_000.0, 3_400_000.0)) -> WalkNetwork:
    """nodes: (n, 2) metres from the origin; edges: (u, v) or (u, v, [inner vertices]); steps: edges that are steps."""
    xy = np.asarray(nodes, dtype=float).reshape(-1, 2) + origin
    vertices, start, u, v, way = [], [0], [], [], []
    for e, edge in enumerate(edges):
        inner = np.asarray(edge[2], dtype=float).reshape(-1, 2) + origin if len(edge) > 2 else np.zeros((0, 2))
        line = np.vstack([xy[edge[0]], inner, xy[edge[1]]])
        vertices.append(line)
        start.append(start[-1] + len(line))
        u.append(edge[0])
        v.append(edge[1])
        way.extend([1 if e in set(steps) else 0] * (len(line) - 1) + [-1])
    vertex_xy = np.vstack(vertices) if vertices else np.zeros((0, 2))
    segment_m = np.zeros(len(vertex_xy))
    if len(vertex_xy):
        segment_m[:-1] = np.hypot(*np.diff(vertex_xy, axis=0).T)
        segment_m[np.asarray(start[1:]) - 1] = 0
    return WalkNetwork(
        crs=CRS,
        node_id=np.arange(len(xy), dtype=np.int64),
        node_xy=xy,
        edge_u=np.asarray(u, dtype=np.int32),
        edge_v=np.asarray(v, dtype=np.int32),
        edge_start=np.asarray(start, dtype=np.int64),
        vertex_xy=vertex_xy,
        segment_m=segment_m,
        segment_way=np.asarray(way, dtype=np.int32),
        segment_crossing=np.zeros(len(vertex_xy), dtype=np.uint8) if crossing is None else np.asarray(crossing, dtype=np.uint8),
        ways=pd.DataFrame({"way_id": [1, 2], "highway": ["residential", "steps"], "name": ["", ""], "steps": [False, True]}),
        source="by hand",
        digest="by-hand",
    )


def random_network(rng: np.random.Generator, n: int = 30, m: int = 55, size: float = 1000.0) -> WalkNetwork:
    """With parallel edges, loops, bends and islands."""
    nodes = rng.uniform(0, size, (n, 2))
    edges = []
    for _ in range(m):
        u, v = rng.integers(0, n, 2)
        bends = rng.uniform(0, size, (int(rng.integers(0, 3)) + (2 if u == v else 0), 2))
        edges.append((int(u), int(v), bends))
    edges += [edges[0], (edges[1][0], edges[1][1])]
    return make_network(nodes, edges, steps=range(0, m, 7))
