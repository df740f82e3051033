"""A whole transformer block as one autograd function: bf16 matrix products and fused C kernels (fused_block.c). CPU only.

    python fused_block.py      compares outputs and gradients with the plain block, and measures both
"""
import ctypes
import os
import subprocess
import tempfile
from pathlib import Path

import torch

from batched_model import BatchedTransformer

SOURCE = Path(__file__).with_suffix(".c")
POINTER, LONG, FLOAT = ctypes.c_void_p, ctypes.c_long, ctypes.c_float
bf16 = torch.bfloat16


def build():
    """compiles for this machine's CPU, outside the source folder"""
    folder = Path(os.environ.get("NANO_BUILD", Path(tempfile.gettempdir()) / f"z-image-nano-{os.getuid()}"))
    folder.mkdir(parents=True, exist_ok=True)
    library = folder / "fused_block.so"
    if not library.exists() or library.stat().st_mtime < SOURCE.stat().st_mtime:
        fresh = library.with_suffix(f".{os.getpid()}")
        subprocess.check_call(["gcc", "-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-fopenmp",
                               "-shared", "-fPIC", "-o", fresh, SOURCE, "-lm"])
        fresh.replace(library)
    return ctypes.CDLL(str(library))


KERNELS = build()
for _name, _arguments in dict(
        rms_mod_fwd=[POINTER] * 3 + [LONG] + [POINTER] * 2 + [LONG] * 3 + [FLOAT],
        rms_mod_bwd=[POINTER] * 4 + [LONG] + [POINTER] * 4 + [LONG] * 3,
        gate_res_fwd=[POINTER] * 4 + [LONG] + [POINTER] * 2 + [LONG] * 3 + [FLOAT],
        gate_res_bwd=[POINTER] * 4 + [LONG] + [POINTER] * 4 + [LONG] * 3,
        swiglu_fwd=[POINTER] * 2 + [LONG] * 2,
        swiglu_bwd=[POINTER] * 3 + [LONG] * 2,
        qkv_fwd=[POINTER] * 9 + [LONG] * 4 + [FLOAT] * 2,
        qkv_bwd=[POINTER] * 12 + [LONG] * 4 + [FLOAT],
        softmax_fwd=[POINTER] * 2 + [LONG] * 2,
        softmax_bwd=[POINTER] * 2 + [LONG] * 2).items():
    getattr(KERNELS, _name).argtypes = _arguments
    getattr(KERNELS, _name).restype = None


def address(tensor, offset=0):
    return None if tensor is None else tensor.data_ptr() + offset * tensor.element_size()


def run(name, *arguments):
    """calls a kernel; tensors become addresses"""
    getattr(KERNELS, name)(*(address(a) if a is None or isinstance(a, torch.Tensor) else
                             address(*a) if isinstance(a, tuple) else a for a in arguments))


def part(modulation, index, dim):
    """the address of one of the four rows of factors in the modulation"""
    return None if modulation is None else (modulation, index * dim)


class FusedBlock(torch.autograd.Function):
    """modulation: None or [batch, 4 * dim] = scale, gate (attention), scale, gate (feed forward)"""

    @staticmethod
    def forward(ctx, x, modulation, cosines, sines, wq, wk, wv, wo, norm_q, norm_k, w1, w2, w3,
                attention_norm1, attention_norm2, ffn_norm1, ffn_norm2, heads, eps):
        batch, tokens, dim = x.shape
        rows, head, hidden, stride = batch * tokens, dim // heads, w1.shape[0], 4 * dim
        x = x.contiguous()
        wqkv, w13 = torch.cat((wq, wk, wv)).to(bf16), torch.cat((w1, w3)).to(bf16)
        wo, w2 = wo.to(bf16), w2.to(bf16)
        empty = lambda *shape: torch.empty(shape, dtype=bf16)
        inverse, inverse_qk = torch.empty(4, rows), torch.empty(2, batch * heads * tokens)

        h1 = empty(rows, dim)
        run("rms_mod_fwd", x, attention_norm1, part(modulation, 0, dim), stride, h1, inverse[0], batch, tokens, dim, eps)
        qkv = h1 @ wqkv.t()
        q, k, v = (empty(batch * heads, tokens, head) for _ in range(3))
        run("qkv_fwd", qkv, norm_q, norm_k, cosines, sines, q, k, v, inverse_qk, batch, tokens, heads, head, 1e-5, head ** -0.5)
        weights = torch.bmm(q, k.transpose(1, 2))
        run("softmax_fwd", weights, weights, batch * heads * tokens, tokens)
        attended = torch.bmm(weights, v).view(batch, heads, tokens, head).transpose(1, 2).reshape(rows, dim)
        out1 = attended @ wo.t()
        x2 = torch.empty_like(x)
        run("gate_res_fwd", x, out1, attention_norm2, part(modulation, 1, dim), stride, x2, inverse[1], batch, tokens, dim, eps)

        h2 = empty(rows, dim)
        run("rms_mod_fwd", x2, ffn_norm1, part(modulation, 2, dim), stride, h2, inverse[2], batch, tokens, dim, eps)
        both = h2 @ w13.t()
        gated = empty(rows, hidden)
        run("swiglu_fwd", both, gated, rows, hidden)
        out2 = gated @ w2.t()
        y = torch.empty_like(x)
        run("gate_res_fwd", x2, out2, ffn_norm2, part(modulation, 3, dim), stride, y, inverse[3], batch, tokens, dim, eps)
        ctx.save_for_backward(x, modulation, cosines, sines, wqkv, wo, w13, w2, norm_q, norm_k, attention_norm1, attention_norm2,
                              ffn_norm1, ffn_norm2, inverse, inverse_qk, h1, qkv, q, k, v, weights, attended, out1, x2, h2, both,
                              gated, out2)
        ctx.heads = heads
        return y

    @staticmethod
    def backward(ctx, gy):
        (x, modulation, cosines, sines, wqkv, wo, w13, w2, norm_q, norm_k, attention_norm1, attention_norm2, ffn_norm1, ffn_norm2,
         inverse, inverse_qk, h1, qkv, q, k, v, weights, attended, out1, x2, h2, both, gated, out2) = ctx.saved_tensors
        heads = ctx.heads
        batch, tokens, dim = x.shape
        rows, head, hidden, stride = batch * tokens, dim // heads, gated.shape[1], 4 * dim
        gy = gy.contiguous()
        g_norms = torch.zeros(4, dim)
        g_modulation = torch.empty(4, batch, dim) if modulation is not None else None
        row = lambda index: None if g_modulation is None else g_modulation[index]

        g_out2 = torch.empty(rows, dim, dtype=bf16)
        run("gate_res_bwd", gy, out2, ffn_norm2, part(modulation, 3, dim), stride, inverse[3], g_out2, g_norms[3], row(3), batch, tokens, dim)
        g_w2, g_gated = g_out2.t() @ gated, g_out2 @ w2
        g_both = torch.empty_like(both)
        run("swiglu_bwd", g_gated, both, g_both, rows, hidden)
        g_w13, g_h2 = g_both.t() @ h2, g_both @ w13
        g_x2 = torch.empty_like(x)
        run("rms_mod_bwd", g_h2, x2, ffn_norm1, part(modulation, 2, dim), stride, inverse[2], g_x2, g_norms[2], row(2), batch, tokens, dim)
        g_x2 += gy

        g_out1 = torch.empty(rows, dim, dtype=bf16)
        run("gate_res_bwd", g_x2, out1, attention_norm2, part(modulation, 1, dim), stride, inverse[1], g_out1, g_norms[1], row(1), batch, tokens, dim)
        g_wo = g_out1.t() @ attended
        g_attended = (g_out1 @ wo).view(batch, tokens, heads, head).transpose(1, 2).reshape(batch * heads, tokens, head)
        g_v = torch.bmm(weights.transpose(1, 2), g_attended)
        g_weights = torch.bmm(g_attended, v.transpose(1, 2))
        run("softmax_bwd", g_weights, weights, batch * heads * tokens, tokens)
        g_q, g_k = torch.bmm(g_weights, k), torch.bmm(g_weights.transpose(1, 2), q)
        g_qkv = torch.empty_like(qkv)
        g_norm_q, g_norm_k = torch.zeros_like(norm_q), torch.zeros_like(norm_k)
        run("qkv_bwd", g_q, g_k, g_v, qkv, norm_q, norm_k, cosines, sines, inverse_qk, g_qkv, g_norm_q, g_norm_k,
            batch, tokens, heads, head, head ** -0.5)
        g_wqkv, g_h1 = (g_qkv.t() @ h1).float(), g_qkv @ wqkv
        g_x = torch.empty_like(x)
        run("rms_mod_bwd", g_h1, x, attention_norm1, part(modulation, 0, dim), stride, inverse[0], g_x, g_norms[0], row(0), batch, tokens, dim)
        g_x += g_x2
        if g_modulation is not None:
            g_modulation = g_modulation.transpose(0, 1).reshape(batch, 4 * dim)
        g_w13 = g_w13.float()
        return (g_x, g_modulation, None, None, g_wqkv[:dim], g_wqkv[dim:2 * dim], g_wqkv[2 * dim:], g_wo.float(), g_norm_q, g_norm_k,
                g_w13[:hidden], g_w2.float(), g_w13[hidden:], *g_norms, None, None)


class FusedTransformer(BatchedTransformer):
    def __init__(self, transformer):
        super().__init__(transformer)
        self.repeated = {}

    def repeated_table(self, table):
        """each cosine twice, and -sine, +sine, as the kernels read them; the table is kept so that its id stays its own"""
        if id(table) not in self.repeated:
            cosines, sines = (values[:, 0] for values in table)
            self.repeated[id(table)] = (cosines.repeat_interleave(2, -1).contiguous(),
                                        torch.stack((-sines, sines), -1).flatten(-2).contiguous(), table)
        return self.repeated[id(table)][:2]

    def block(self, layer, x, table, condition):
        attention, feed_forward = layer.attention, layer.feed_forward
        modulation = None
        if condition is not None:
            scale1, gate1, scale2, gate2 = layer.adaLN_modulation(condition).float().chunk(4, -1)
            modulation = torch.cat((1 + scale1, gate1.tanh(), 1 + scale2, gate2.tanh()), 1)
        return FusedBlock.apply(
            x.float(), modulation, *self.repeated_table(table), attention.to_q.weight, attention.to_k.weight, attention.to_v.weight,
            attention.to_out[0].weight, attention.norm_q.weight, attention.norm_k.weight, feed_forward.w1.weight,
            feed_forward.w2.weight, feed_forward.w3.weight, layer.attention_norm1.weight, layer.attention_norm2.weight,
            layer.ffn_norm1.weight, layer.ffn_norm2.weight, attention.heads, self.transformer.config.norm_eps)


def random_transformer():
    from configuration import new_transformer
    transformer = new_transformer()
    with torch.no_grad():
        for name, parameter in transformer.named_parameters():
            if parameter.ndim == 1 or "pad_token" in name:
                parameter.add_(torch.randn_like(parameter) * .2)
    return transformer


def compare(transformer):
    """relative errors of bf16 autocast and of the kernels against float32"""
    latents, t, captions = torch.randn(4, 32, 18, 32), torch.rand(4), torch.randn(4, 32, 128)
    lengths, weights = torch.randint(10, 32, (4,)), torch.randn(4, 32, 18, 32)

    def gradients(network, autocast):
        transformer.zero_grad()
        with torch.autocast("cpu", bf16, enabled=autocast):
            out = network(latents, t, captions, lengths)
        (out * weights).mean().backward()
        return {"output": out.detach(), **{name: p.grad.clone() for name, p in transformer.named_parameters()}}

    plain, fused = BatchedTransformer(transformer), FusedTransformer(transformer)
    exact, autocast, kernels = gradients(plain, False), gradients(plain, True), gradients(fused, True)
    error = lambda got, name: float((got[name] - exact[name]).norm() / (exact[name].norm() + 1e-12))
    for name in ["output", *sorted(exact, key=lambda name: -error(kernels, name))[:6]]:
        print(f"{name}: autocast {error(autocast, name):.4f} kernels {error(kernels, name):.4f}")


def measure(transformer):
    import time
    for network in (BatchedTransformer(transformer), FusedTransformer(transformer)):
        for side, batch in ((16, 32), (32, 12)):
            seconds = []
            for _ in range(5):
                start = time.process_time()
                with torch.autocast("cpu", bf16):
                    out = network(torch.randn(batch, 32, side, side), torch.rand(batch), torch.randn(batch, 32, 128),
                                  torch.randint(10, 32, (batch,)))
                out.pow(2).mean().backward()
                seconds.append(time.process_time() - start)
            print(f"{type(network).__name__} {side * 32} pixels: {batch / min(seconds):.1f} pictures/s forward and backward")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    compare(random_transformer())
    measure(random_transformer())
