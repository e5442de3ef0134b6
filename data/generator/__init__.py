"""The generator of the embedded study: an invented county town, Qinghe (清河).

``python -m data.generator`` writes ``data/qinghe`` anew; the same seed gives the same
bytes. The town is drawn in metres on a plane (x east, y north, the drum tower at 0, 0)
and only turned into longitude and latitude when it is written.

The order of the work: ``skeleton`` (river, railway, main roads, drawn by hand) ->
``blocks`` (faces between them, cut into blocks) -> ``quarters``, ``hill``, ``village``
(lanes and buildings) -> ``streets`` (one graph of shared nodes) -> ``communities``,
``people``, ``services`` -> ``write``.
"""
