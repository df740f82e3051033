"""Batched forward passes over the parameters of the real modules.

ZImageTransformer2DModel takes a list of pictures of any size, which is slow for training. Here a batch has one canvas size
and one caption length, so everything is plain tensors. `differences()` compares the results with the real modules.
"""
import torch
import torch.nn.functional as F


def rms(x, weight, eps):
    return F.rms_norm(x, (x.shape[-1],), weight, eps)


def rotation_table(axes_dims, theta, positions):
    """positions [tokens, 3] -> cosines and sines [tokens, 1, head_dim / 2]"""
    angles = []
    for axis, dim in enumerate(axes_dims):
        frequencies = 1.0 / (theta ** (torch.arange(0, dim, 2, dtype=torch.float64) / dim))
        angles.append(positions[:, axis, None].double() * frequencies)
    angles = torch.cat(angles, -1).float()[:, None]
    return angles.cos(), angles.sin()


def rotate(x, cosines, sines):
    """x [batch, tokens, heads, d], pairs (even, odd)"""
    turned = torch.view_as_complex(x.unflatten(-1, (-1, 2))) * torch.complex(cosines, sines)
    return torch.view_as_real(turned).flatten(-2)


def plain_block(layer, x, table, modulation, eps):
    """One transformer block; modulation: None or (scale, gate, scale, gate), each [batch, dim]."""
    attention, feed_forward = layer.attention, layer.feed_forward
    batch, tokens, dim = x.shape
    scale1, gate1, scale2, gate2 = (1, 1, 1, 1) if modulation is None else (m[:, None] for m in modulation)
    h = rms(x, layer.attention_norm1.weight, eps) * scale1
    split = lambda projection: projection(h).view(batch, tokens, attention.heads, -1)
    v = split(attention.to_v)
    q = rotate(rms(split(attention.to_q).float(), attention.norm_q.weight, 1e-5), *table).to(v.dtype)
    k = rotate(rms(split(attention.to_k).float(), attention.norm_k.weight, 1e-5), *table).to(v.dtype)
    o = F.scaled_dot_product_attention(*(t.transpose(1, 2) for t in (q, k, v))).transpose(1, 2).reshape(batch, tokens, dim)
    x = x + gate1 * rms(attention.to_out[0](o).float(), layer.attention_norm2.weight, eps)
    h = rms(x, layer.ffn_norm1.weight, eps) * scale2
    o = feed_forward.w2(F.silu(feed_forward.w1(h)) * feed_forward.w3(h))
    return x + gate2 * rms(o.float(), layer.ffn_norm2.weight, eps)


class BatchedTransformer:
    def __init__(self, transformer):
        self.transformer = transformer
        self.tables = {}

    def rotation_tables(self, rows, columns, caption_length, padding, device):
        """for picture tokens, caption tokens, and both; padding tokens sit at position 0"""
        key = (rows, columns, caption_length)
        if key not in self.tables:
            config = self.transformer.config
            y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
            picture = torch.stack([torch.full_like(y, caption_length + 1), y, x], -1).reshape(-1, 3)
            picture = torch.cat([picture, torch.zeros(padding, 3, dtype=torch.long)])
            zeros = torch.zeros(caption_length, dtype=torch.long)
            caption = torch.stack([torch.arange(caption_length) + 1, zeros, zeros], -1)
            tables = [rotation_table(config.axes_dims, config.rope_theta, positions)
                      for positions in (picture, caption, torch.cat([picture, caption]))]
            self.tables[key] = [tuple(values.to(device) for values in table) for table in tables]
        return self.tables[key]

    def block(self, layer, x, table, condition):
        modulation = None
        if condition is not None:
            scale1, gate1, scale2, gate2 = layer.adaLN_modulation(condition).float().chunk(4, -1)
            modulation = (1 + scale1, gate1.tanh(), 1 + scale2, gate2.tanh())
        return plain_block(layer, x, table, modulation, self.transformer.config.norm_eps)

    def __call__(self, latents, t, captions, lengths):
        """latents [batch, channels, h, w], t [batch], captions [batch, length, features], lengths [batch]"""
        transformer = self.transformer
        batch, channels, height, width = latents.shape
        rows, columns, length = height // 2, width // 2, captions.shape[1]
        tokens = rows * columns
        padding = (-tokens) % 32
        for_picture, for_caption, for_both = self.rotation_tables(rows, columns, length, padding, latents.device)
        condition = transformer.t_embedder(t * transformer.config.t_scale)
        patches = latents.view(batch, channels, rows, 2, columns, 2).permute(0, 2, 4, 3, 5, 1).reshape(batch, tokens, 4 * channels)
        picture = transformer.all_x_embedder["2-1"](patches).float()
        if padding:
            picture = torch.cat([picture, transformer.x_pad_token.expand(batch, padding, -1)], 1)
        for layer in transformer.noise_refiner:
            picture = self.block(layer, picture, for_picture, condition)
        norm, linear = transformer.cap_embedder
        caption = linear(rms(captions, norm.weight, transformer.config.norm_eps)).float()
        beyond = (torch.arange(length, device=latents.device)[None] >= lengths[:, None])[..., None]
        caption = torch.where(beyond, transformer.cap_pad_token, caption)
        for layer in transformer.context_refiner:
            caption = self.block(layer, caption, for_caption, None)
        both = torch.cat([picture, caption], 1)
        for layer in transformer.layers:
            both = self.block(layer, both, for_both, condition)
        final = transformer.all_final_layer["2-1"]
        scale = 1 + final.adaLN_modulation(condition).float()[:, None]
        out = final.linear(F.layer_norm(both[:, :tokens].float(), both.shape[-1:], eps=1e-6) * scale).float()
        return out.view(batch, rows, columns, 2, 2, channels).permute(0, 5, 1, 3, 2, 4).reshape(latents.shape)


def encode_captions(text_encoder, ids):
    """hidden_states[-2] of the Qwen3Model for right-padded ids; causal, so padding needs no mask of its own"""
    h = text_encoder.embed_tokens(ids)
    length = ids.shape[1]
    positions = torch.arange(length, device=ids.device)[None]
    causal = torch.full((1, 1, length, length), torch.finfo(h.dtype).min, device=ids.device).triu(1)
    rotation = text_encoder.rotary_emb(h, positions)
    for layer in text_encoder.layers[:-1]:
        h = layer(h, attention_mask=causal, position_embeddings=rotation, position_ids=positions)
        h = h[0] if isinstance(h, tuple) else h
    return h


def pad_ids(rows, length, padding):
    ids = torch.full((len(rows), length), padding)
    for row, values in enumerate(rows):
        ids[row, :len(values)] = torch.tensor(values)
    return ids, torch.tensor([len(values) for values in rows])


@torch.no_grad()
def differences(text_encoder, transformer, tokenizer, batched=BatchedTransformer):
    """Largest differences from the real modules: (text encoder, transformer)."""
    captions = ["a red circle on a white background", "夜晚的雪山和月亮"]
    ids, lengths = pad_ids([tokenizer(caption) for caption in captions], 32, tokenizer.padding)
    encoded = encode_captions(text_encoder, ids)
    mask = (torch.arange(32)[None] < lengths[:, None]).long()
    reference = text_encoder(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[-2]
    text = max(float((encoded[k, :n] - reference[k, :n]).abs().max()) for k, n in enumerate(lengths))
    picture = 0.0
    for height, width in ((16, 16), (18, 32), (24, 16)):
        latents = torch.randn(2, transformer.config.in_channels, height, width)
        t = torch.tensor([0.3, 0.3])
        got = batched(transformer)(latents, t, encoded, lengths)
        for k, n in enumerate(lengths):  # one by one, as the pipeline does
            want = transformer([latents[k].unsqueeze(1)], t[:1], [encoded[k, :n]], return_dict=False)[0][0]
            picture = max(picture, float((got[k] - want[:, 0]).abs().max()))
    return text, picture
