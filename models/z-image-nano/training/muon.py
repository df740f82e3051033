"""Muon for the matrices of the blocks, AdamW for everything else.

Muon (Keller Jordan, 2024) makes each step's matrix orthogonal, so that all directions move by the same amount. Here the first sixty steps
after a warm-up gain what AdamW does not gain in hundreds. The step's size is that of AdamW's (Liu et al., arXiv:2502.16982, section 2.2).
torch.optim.Muon is not used: it computes in bf16, which a processor without it emulates, three times slower than the whole training step.
"""
import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # of the Newton-Schulz iteration, as Jordan gives them
ITERATIONS = 5
SIZE_OF_ADAM = 0.2                        # root mean square of AdamW's steps, in units of the learning rate
OUTSIDE = ("embed_tokens", "pad_token", "x_embedder", "final_layer", "t_embedder", "adaLN")  # matrices that AdamW trains


def orthogonal(matrix):
    """the nearest matrix with singular values of about 1"""
    a, b, c = COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(ITERATIONS):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, lr, weight_decay=0.02, momentum=0.95):
        super().__init__(parameters, dict(lr=lr, weight_decay=weight_decay, momentum=momentum))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self.move(p, group)

    def move(self, p, group):
        mean = self.state[p].setdefault("mean", torch.zeros_like(p))
        mean.lerp_(p.grad, 1 - group["momentum"])
        direction = orthogonal(p.grad.lerp(mean, group["momentum"]))
        p.mul_(1 - group["lr"] * group["weight_decay"])
        p.add_(direction, alpha=-group["lr"] * SIZE_OF_ADAM * max(p.shape) ** .5)


class MuonAndAdam:
    """Two optimizers that are used as one."""

    def __init__(self, named, rate):
        """named: (name, parameter) of all that is trained"""
        inside = lambda name, p: p.ndim == 2 and not any(word in name for word in OUTSIDE)
        self.parts = [Muon([p for name, p in named if inside(name, p)], rate),
                      torch.optim.AdamW([p for name, p in named if not inside(name, p)], lr=rate, betas=(0.9, 0.98), eps=1e-9,
                                        weight_decay=0.0, fused=True)]

    @property
    def param_groups(self):
        return [group for part in self.parts for group in part.param_groups]

    def zero_grad(self, **options):
        for part in self.parts:
            part.zero_grad(**options)

    def step(self):
        for part in self.parts:
            part.step()

    def state_dict(self):
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states):
        for part, state in zip(self.parts, states):
            part.load_state_dict(state)
