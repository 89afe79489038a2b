"""Weights in the few bits that llama.cpp computes with: by numpy where that can, else by the engine's own code."""

import ctypes
from functools import cache
from typing import Any

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType, quants
from numpy.typing import NDArray

K_QUANTS = frozenset({GGMLQuantizationType.Q4_K, GGMLQuantizationType.Q6_K})


class UnfitShapeError(ValueError):
    """A matrix whose rows do not divide into whole blocks."""


def quantized(name: str, weight: NDArray[Any], kind: GGMLQuantizationType) -> NDArray[Any]:
    """A weight as GGUF stores it. Raises UnfitShapeError, with its `name`, where the format does not fit."""
    block, _ = GGML_QUANT_SIZES[kind]
    if weight.shape[-1] % block:
        raise UnfitShapeError(
            f"{name} has rows of {weight.shape[-1]} numbers, and {kind.name} needs a multiple of {block}: "
            "train a shape whose sizes are such multiples, or export as q8_0"
        )
    weight = np.ascontiguousarray(weight, np.float32)
    return _by_engine(weight, kind) if kind in K_QUANTS else quants.quantize(weight, kind)


def _by_engine(weight: NDArray[np.float32], kind: GGMLQuantizationType) -> NDArray[np.uint8]:
    """(rows, columns) -> (rows, bytes of a row)."""
    rows, columns = weight.shape
    block, size = GGML_QUANT_SIZES[kind]
    stored = np.empty((rows, columns // block * size), np.uint8)
    written = _quantize_chunk()(int(kind), weight.ctypes.data, stored.ctypes.data, 0, rows, columns, None)
    if written != stored.nbytes:
        raise RuntimeError(f"the engine wrote {written} bytes of {kind.name} where {stored.nbytes} belong")
    return stored


@cache
def _quantize_chunk() -> Any:
    """ggml's own function; the Python interface of the engine does not offer it, its library does."""
    import xllamacpp.xllamacpp as engine

    function = ctypes.CDLL(engine.__file__).ggml_quantize_chunk
    function.restype = ctypes.c_size_t
    pointer, count = ctypes.c_void_p, ctypes.c_int64
    function.argtypes = [ctypes.c_int, pointer, pointer, count, count, count, pointer]
    return function
