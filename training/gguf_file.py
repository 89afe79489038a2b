"""A Qwen3 as one GGUF file, which llama.cpp and Ollama read. Needs no PyTorch: weights are arrays."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, TokenType
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.quantization import quantized
from training.tokenizer import END_OF_TEXT, TURN_END

Kind = GGMLQuantizationType


@dataclass(frozen=True)
class Precision:
    """How matrices are stored; those that a small error harms most are stored `finer`."""

    file_type: LlamaFileType
    usual: Kind
    finer: Kind

    def of(self, name: str) -> Kind:
        """The kind for the matrix of this name in the file."""
        return self.finer if name.removesuffix(".weight").rpartition(".")[2] in SENSITIVE else self.usual


PRECISIONS = {
    "f32": Precision(LlamaFileType.ALL_F32, Kind.F32, Kind.F32),
    "f16": Precision(LlamaFileType.MOSTLY_F16, Kind.F16, Kind.F16),
    "q8_0": Precision(LlamaFileType.MOSTLY_Q8_0, Kind.Q8_0, Kind.Q8_0),
    "q4_k_m": Precision(LlamaFileType.MOSTLY_Q4_K_M, Kind.Q4_K, Kind.Q6_K),
}
SENSITIVE = frozenset({"token_embd", "output", "attn_v", "ffn_down"})
CHAT_TEMPLATE = Path(__file__).with_name("chat_template.jinja")
QUANTIZATION_VERSION = 2
LAYER_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
Weights = Mapping[str, NDArray[Any]]
"""Arrays by the names of their parameters, as PyTorch knows them: `model.layers.0.mlp.up_proj.weight`."""


@dataclass(frozen=True)
class About:
    """What the file says of itself; `facts` are further texts by key."""

    name: str
    license: str = "mit"
    facts: Mapping[str, str] = field(default_factory=dict)


def write_gguf(
    path: Path, shape: Mapping[str, Any], weights: Weights, tokenizer: Tokenizer, precision: str, about: About
) -> None:
    """Write the model of these sizes (the fields of `Shape`) and weights in one of the PRECISIONS.

    Raises UnfitShapeError where a matrix does not fit the precision.
    """
    stored = PRECISIONS[precision]
    writer = GGUFWriter(path, "qwen3")
    _describe(writer, about, sum(weight.size for weight in weights.values()))
    writer.add_file_type(stored.file_type)
    writer.add_quantization_version(QUANTIZATION_VERSION)
    _add_shape(writer, shape)
    _add_tokenizer(writer, tokenizer, weights["model.embed_tokens.weight"].shape[0])
    for name, weight in _renamed(weights, shape["layers"]):
        kind = stored.of(name) if weight.ndim == 2 else Kind.F32
        writer.add_tensor(name, quantized(name, weight, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: GGUFWriter, about: About, parameters: int) -> None:
    writer.add_type("model")
    writer.add_name(about.name)
    writer.add_license(about.license)
    writer.add_size_label(f"{parameters / 1e6:.1f}M")
    for key, text in about.facts.items():
        writer.add_string(f"devops_agent.{key}", text)


def _add_shape(writer: GGUFWriter, shape: Mapping[str, Any]) -> None:
    writer.add_context_length(shape["context"])
    writer.add_embedding_length(shape["hidden"])
    writer.add_block_count(shape["layers"])
    writer.add_feed_forward_length(shape["feed_forward"])
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["key_heads"])
    writer.add_key_length(shape["head_size"])
    writer.add_value_length(shape["head_size"])
    writer.add_layer_norm_rms_eps(shape["epsilon"])
    writer.add_rope_freq_base(shape["rope_base"])


def _add_tokenizer(writer: GGUFWriter, tokenizer: Tokenizer, size: int) -> None:
    """Add the tokens; where the model has rows for more (`size`) than there are, the rest are never used."""
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    added = {token.content: token.special for token in tokenizer.get_added_tokens_decoder().values()}
    tokens = [tokenizer.id_to_token(number) or f"[UNUSED{number}]" for number in range(size)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types([_token_type(token, added) for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(tokenizer.token_to_id(END_OF_TEXT))
    writer.add_eos_token_id(tokenizer.token_to_id(TURN_END))
    writer.add_pad_token_id(tokenizer.token_to_id(END_OF_TEXT))
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE.read_text(encoding="utf-8"))


def _token_type(token: str, added: Mapping[str, bool]) -> TokenType:
    if token.startswith("[UNUSED"):
        return TokenType.UNUSED
    if token not in added:
        return TokenType.NORMAL
    return TokenType.CONTROL if added[token] else TokenType.USER_DEFINED


def _renamed(weights: Weights, layers: int) -> Iterator[tuple[str, NDArray[Any]]]:
    yield "token_embd.weight", weights["model.embed_tokens.weight"]
    yield "output_norm.weight", weights["model.norm.weight"]
    if "lm_head.weight" in weights:
        yield "output.weight", weights["lm_head.weight"]
    for layer in range(layers):
        for ours, theirs in LAYER_NAMES.items():
            yield f"blk.{layer}.{theirs}.weight", weights[f"model.layers.{layer}.{ours}.weight"]
