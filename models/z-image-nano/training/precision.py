"""Which precision and which networks are fastest on a device."""
import torch


def has_fast_bf16(device):
    """Without bf16 instructions a processor emulates every product: 25 times slower than float32."""
    return torch.device(device).type != "cpu" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def mixed_precision(device):
    """-> a context: bf16 matrix products where the device has them, else float32"""
    return torch.autocast(torch.device(device).type, torch.bfloat16, enabled=has_fast_bf16(device))


def fastest_network(device):
    """The kernels are C code for a CPU with bf16, compiled when they are first wanted."""
    if torch.device(device).type == "cpu" and has_fast_bf16(device):
        from fused_block import FusedTransformer
        return FusedTransformer
    from batched_model import BatchedTransformer
    return BatchedTransformer
