"""How the loops run: compiled by numba where it is installed, else as plain Python or scipy.

The answer is the same either way; only the speed differs. Setting the environment
variable ``LIFECIRCLE_ENGINE=plain`` before the start leaves numba out (for tests, and
for machines where compiling is not allowed).
"""

from __future__ import annotations

import os
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


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop once and keep it on disk; without numba the function stays as it is.

    No fast-math: sums are added in the order they are written, so that the compiled
    and the plain path agree to the last bit, on any number of threads.
    """
    if not COMPILED:
        return function
    jit = cast("Callable[..., Any]", numba.njit(cache=True, nogil=True, error_model="numpy"))
    return cast("Callable[P, R]", jit(function))
