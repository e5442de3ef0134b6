"""How the loops run: compiled by numba where it is installed, else as plain Python or scipy.

The answer is the same either way; only the speed differs. Setting the environment
variable ``LIFECIRCLE_ENGINE=plain`` before the start leaves numba out (for tests, and
for machines where compiling is not allowed).
"""

from __future__ import annotations

import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

try:
    import numba
except ImportError:
    COMPILED = False
else:
    COMPILED = os.environ.get("LIFECIRCLE_ENGINE") != "plain"


def cache_folder(sources: Path, chosen: str = "") -> Path:
    """Where compiled loops are kept: a folder of its own for every state of the code.

    numba looks only at the file of the function that is called, not at the loops that it
    calls in other files: after an update it would go on running the old ones. ``chosen`` is
    what the user has set as NUMBA_CACHE_DIR; else the folder is beside the code, or in the
    home folder where that can't be written.
    """
    loops = [text for path in sorted(sources.glob("*.py")) if b"@compiled" in (text := path.read_bytes())]
    digest = hashlib.sha256(b"\0".join([Path(__file__).read_bytes(), *loops])).hexdigest()
    beside = sources / "__pycache__"
    home = Path.home() / ".cache" / "lifecircle"
    base = Path(chosen) if chosen else beside if os.access(sources, os.W_OK) else home
    return base / f"loops-{digest[:16]}"


if COMPILED:
    _config: Any = numba.config
    _config.CACHE_DIR = str(cache_folder(Path(__file__).parent, _config.CACHE_DIR))


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop once and keep it on disk; without numba the function stays as it is.

    No fast-math: sums are added in the order they are written, so that the compiled
    and the plain path agree to the last bit, on any number of threads.
    """
    if not COMPILED:
        return function
    jit = cast("Callable[..., Any]", numba.njit(cache=True, nogil=True, error_model="numpy"))
    return cast("Callable[P, R]", jit(function))


def _prefetcher() -> Callable[[Any, int], None]:
    """The compiled form of :func:`prefetch`: one instruction of the processor, none of it seen by the answer."""
    from numba.core import types
    from numba.extending import intrinsic

    ir, cgutils = import_module("llvmlite.ir"), import_module("numba.core.cgutils")

    def prefetch(_context: Any, array: Any, index: Any) -> Any:  # noqa: ANN401  (numba's own types)
        def write(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ANN401
            kind, number = signature.args
            held = context.make_array(kind)(context, builder, values[0])
            at = context.cast(builder, values[1], number, types.intp)
            first = [at.type(0)] * (kind.ndim - 1)
            place = cgutils.get_item_pointer(context, builder, kind, held, [at, *first], wraparound=False)
            byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
            form = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
            ask = cgutils.get_or_insert_function(builder.module, form, "llvm.prefetch.p0i8")
            read, keep, data = word(0), word(3), word(1)
            builder.call(ask, [builder.bitcast(place, byte), read, keep, data])
            return context.get_dummy_value()

        return types.void(array, index), write

    return cast("Callable[[Any, int], None]", intrinsic(prefetch))


def _no_prefetch(array: Any, index: int) -> None:  # noqa: ANN401
    """Without numba nothing is fetched ahead."""


prefetch = _prefetcher() if COMPILED else _no_prefetch
"""``prefetch(array, index)`` asks for an element, or a row, that a compiled loop will need a few turns later; it must exist."""
