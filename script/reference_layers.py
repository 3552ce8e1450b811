#!/usr/bin/env python3
"""Outputs and gradients of layers by PyTorch, float64, as reference values for the tests.

usage: reference_layers.py > Tests/NetworksTests/Fixtures/layers.json   (needs torch)
Parameters are written in this project's layout: recurrent W = [h rows; x rows] with gate columns
f, i, g, o (PyTorch: i, f, g, o) and z, r, n (PyTorch: r, z, n), one bias instead of two.
"""
import json

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
cases = []


def flat(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().reshape(-1).tolist()}


def record(name, kind, settings, module, x, parameters=None, training=True, output=lambda y: y, state=None):
    """`parameters` maps our names to functions of the module's tensors (of values or of gradients)."""
    module.train(training)
    x = x.clone()
    if x.is_floating_point():
        x.requires_grad_(True)
    values = {n: flat(f(lambda p: p)) for n, f in (parameters or {}).items()}
    before = {n: flat(b) for n, b in module.named_buffers() if b.dim() == 1}
    y = output(module(x))
    arriving = torch.randn_like(y)
    (y * arriving).sum().backward()
    cases.append({
        "name": name, "kind": kind, "settings": settings, "training": training, "x": flat(x),
        "integers": not x.is_floating_point(), "y": flat(y), "arriving": flat(arriving),
        "parameters": values,
        "gradients": {n: flat(f(lambda p: p.grad)) for n, f in (parameters or {}).items()},
        "x_gradient": flat(x.grad) if x.is_floating_point() else None,
        "state_before": before,
        "state_after": {n: flat(b) for n, b in module.named_buffers() if b.dim() == 1}})


def named(module):
    return {n: (lambda get, p=p: get(p)) for n, p in module.named_parameters()}


def plain(name, kind, settings, module, x, **more):
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, std=0.5)
    record(name, kind, settings, module, x, named(module), **more)


nn = torch.nn
r = torch.randn
plain("Linear", "Linear", dict(in_features=3, out_features=2), nn.Linear(3, 2), r(4, 3))
plain("Linear one row", "Linear", dict(in_features=3, out_features=2), nn.Linear(3, 2), r(3))
plain("Linear without bias", "Linear", dict(in_features=3, out_features=2, bias=False), nn.Linear(3, 2, bias=False), r(2, 4, 3))
plain("Embedding", "Embedding", dict(num_embeddings=5, embedding_dim=3), nn.Embedding(5, 3), torch.tensor([[1, 4], [1, 0]]))
plain("Conv1d stride 2 padding 1", "Conv1d", dict(in_channels=2, out_channels=3, kernel_size=3, stride=2, padding=1),
      nn.Conv1d(2, 3, 3, stride=2, padding=1), r(2, 2, 7))
plain("Conv2d stride 3 padding 1", "Conv2d", dict(in_channels=2, out_channels=3, kernel_size=[3, 2], stride=3, padding=1),
      nn.Conv2d(2, 3, (3, 2), stride=3, padding=1), r(2, 2, 7, 6))
plain("Conv2d dilation and groups", "Conv2d", dict(in_channels=4, out_channels=4, kernel_size=2, dilation=2, groups=2, bias=False),
      nn.Conv2d(4, 4, 2, dilation=2, groups=2, bias=False), r(1, 4, 5, 4))
record("MaxPool2d", "MaxPool2d", dict(kernel_size=2), nn.MaxPool2d(2), r(1, 2, 5, 4))
record("MaxPool1d overlapping", "MaxPool1d", dict(kernel_size=3, stride=1, padding=1), nn.MaxPool1d(3, 1, 1), r(2, 2, 5))
record("AvgPool2d", "AvgPool2d", dict(kernel_size=3, stride=2, padding=1), nn.AvgPool2d(3, 2, 1), r(1, 2, 5, 6))
plain("BatchNorm1d", "BatchNorm1d", dict(features=3), nn.BatchNorm1d(3), r(5, 3) * 2 + 1)
plain("BatchNorm2d", "BatchNorm2d", dict(features=2, momentum=0.3, eps=1e-3), nn.BatchNorm2d(2, momentum=0.3, eps=1e-3), r(3, 2, 2, 3))
trained = nn.BatchNorm1d(3)
trained(r(6, 3) * 3 - 1)
plain("BatchNorm1d prediction", "BatchNorm1d", dict(features=3), trained, r(4, 3), training=False)
plain("LayerNorm", "LayerNorm", dict(features=4), nn.LayerNorm(4), r(2, 3, 4))
for name in ["Sigmoid", "Tanh", "ReLU", "LeakyReLU", "ELU", "Softplus", "SiLU", "GELU", "Hardtanh"]:
    record(name, name, {}, getattr(nn, name)(), r(3, 4) * 2)
record("Softmax", "Softmax", dict(axis=1), nn.Softmax(dim=1), r(3, 4, 2) * 5)
record("LogSoftmax", "LogSoftmax", {}, nn.LogSoftmax(dim=-1), r(3, 4) * 300)



class Self(nn.Module):
    """Attention of a sequence to itself, with the parameters under their own names."""

    def __init__(self, module, causal=False):
        super().__init__()
        self.inner, self.causal = [module], causal

    def named_parameters(self, *_, **__):
        return self.inner[0].named_parameters()

    def parameters(self, *_):
        return self.inner[0].parameters()

    def forward(self, x):
        mask = torch.full((x.shape[-2],) * 2, float("-inf")).triu(1) if self.causal else None
        return self.inner[0](x, x, x, attn_mask=mask)[0]


class Dot(nn.Module):
    def forward(self, x):
        return nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)


H, D = 3, 2


def columns(matrix, order):
    return torch.cat([matrix[k * H:(k + 1) * H] for k in order])


def recurrent(name, kind, settings, module, order, outputs=1):
    for n, p in module.named_parameters():
        nn.init.normal_(p, std=0.6)
    parameters = {}
    for ours, theirs in [("", "_l0"), ("_reverse", "_l0_reverse")][:outputs]:
        ih, hh = getattr(module, "weight_ih" + theirs), getattr(module, "weight_hh" + theirs)
        bi, bh = getattr(module, "bias_ih" + theirs), getattr(module, "bias_hh" + theirs)
        gru = kind == "GRU"
        with torch.no_grad():
            bh[:2 * H if gru else None] = 0
        parameters["W" + ours] = lambda get, ih=ih, hh=hh: torch.cat([columns(get(hh), order).T, columns(get(ih), order).T])
        parameters["b" + ours] = lambda get, bi=bi: columns(get(bi), order)
        if gru:
            parameters["b_hn" + ours] = lambda get, bh=bh: get(bh)[2 * H:]
    record(name, kind, settings, module, r(4, 2, D), parameters, output=lambda y: y[0])


sizes = dict(input_size=D, hidden_size=H)
recurrent("RNN", "RNN", sizes, nn.RNN(D, H), [0])
recurrent("RNN in both directions", "RNN", dict(bidirectional=True, **sizes), nn.RNN(D, H, bidirectional=True), [0], 2)
recurrent("LSTM", "LSTM", sizes, nn.LSTM(D, H), [1, 0, 2, 3])
recurrent("LSTM in both directions", "LSTM", dict(bidirectional=True, **sizes), nn.LSTM(D, H, bidirectional=True), [1, 0, 2, 3], 2)
recurrent("GRU", "GRU", dict(convention="pytorch", **sizes), nn.GRU(D, H), [1, 0, 2])
recurrent("GRU in both directions", "GRU", dict(convention="pytorch", bidirectional=True, **sizes), nn.GRU(D, H, bidirectional=True), [1, 0, 2], 2)

plain("MultiheadAttention", "MultiheadAttention", dict(embed_dim=4, num_heads=2),
      Self(nn.MultiheadAttention(4, 2, batch_first=True)), r(2, 3, 4))
plain("MultiheadAttention causal", "MultiheadAttention", dict(embed_dim=4, num_heads=1, causal=True),
      Self(nn.MultiheadAttention(4, 1, batch_first=True), causal=True), r(3, 4))
record("ScaledDotProductAttention", "ScaledDotProductAttention", dict(causal=True), Dot(), r(2, 3, 4))
plain("TransformerEncoderLayer", "TransformerEncoderLayer", dict(d_model=4, nhead=2, dim_feedforward=5),
      nn.TransformerEncoderLayer(4, 2, 5, dropout=0.0, batch_first=True), r(2, 3, 4))



# --- layers made of layers -------------------------------------------------------------------------


def spec(kind, *children, **settings):
    return dict(kind=kind, settings=settings, children=list(children))


def composed(name, tree, module, x, **more):
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.5)
    record(name, tree["kind"], tree["settings"], module, x, named(module), **more)
    cases[-1]["children"] = tree["children"]


class Residual(nn.Module):
    def __init__(self, body, shortcut=None):
        super().__init__()
        self.body = body
        if shortcut is not None:
            self.shortcut = shortcut

    def forward(self, x):
        return self.body(x) + (self.shortcut(x) if hasattr(self, "shortcut") else x)


conv = dict(in_channels=2, out_channels=3, kernel_size=3, stride=2, padding=1, bias=False)
composed("Residual with projection",
         spec("Residual",
              spec("Sequential", spec("Conv2d", **conv), spec("BatchNorm2d", features=3), spec("ReLU"),
                   spec("Conv2d", in_channels=3, out_channels=3, kernel_size=3, padding=1, bias=False)),
              spec("Conv2d", in_channels=2, out_channels=3, kernel_size=1, stride=2, bias=False)),
         Residual(nn.Sequential(nn.Conv2d(**conv), nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 3, 3, padding=1, bias=False)),
                  nn.Conv2d(2, 3, 1, stride=2, bias=False)), r(2, 2, 5, 6))
cases[-1]["state_before"] = cases[-1]["state_after"] = {}  # the layers inside keep their own
composed("Residual", spec("Residual", spec("Linear", in_features=3, out_features=3)), Residual(nn.Linear(3, 3)), r(4, 3))
composed("Sequential with global average", spec("Sequential", spec("Conv2d", in_channels=2, out_channels=4, kernel_size=2),
         spec("GlobalAvgPool2d"), spec("Linear", in_features=4, out_features=2)),
         nn.Sequential(nn.Conv2d(2, 4, 2), nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), nn.Linear(4, 2)), r(3, 2, 4, 5))
composed("Sequential with Flatten", spec("Sequential", spec("AvgPool1d", kernel_size=2), spec("Flatten"), spec("Linear", in_features=6, out_features=2)),
         nn.Sequential(nn.AvgPool1d(2), nn.Flatten(), nn.Linear(6, 2)), r(2, 2, 7))
plain("Conv3d", "Conv3d", dict(in_channels=2, out_channels=3, kernel_size=[2, 3, 2], stride=2, padding=1),
      nn.Conv3d(2, 3, (2, 3, 2), stride=2, padding=1), r(1, 2, 4, 5, 3))
plain("PReLU", "PReLU", dict(num_parameters=3), nn.PReLU(3), r(2, 3, 4))
plain("PReLU with one slope", "PReLU", {}, nn.PReLU(), r(2, 3))


class Additive(nn.Module):
    """softmax(v · tanh(W q + U k)) k of a sequence with itself."""

    def __init__(self, size, hidden):
        super().__init__()
        self.W, self.U, self.v = (nn.Parameter(r(*s)) for s in [(hidden, size), (hidden, size), (hidden,)])

    def forward(self, x):
        scores = torch.tanh((x @ self.W.T).unsqueeze(-2) + (x @ self.U.T).unsqueeze(-3)) @ self.v
        return torch.softmax(scores, -1) @ x


plain("AdditiveAttention", "AdditiveAttention", dict(query_size=4, key_size=4, hidden_size=3), Additive(4, 3), r(2, 3, 4))

for kind, module, order in [("RNNCell", nn.RNNCell(D, H), [0]), ("LSTMCell", nn.LSTMCell(D, H), [1, 0, 2, 3]),
                            ("GRUCell", nn.GRUCell(D, H), [1, 0, 2])]:
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.6)
    gru = kind == "GRUCell"
    with torch.no_grad():
        module.bias_hh[:2 * H if gru else None] = 0
    names = {"W": lambda get, m=module, o=order: torch.cat([columns(get(m.weight_hh), o).T, columns(get(m.weight_ih), o).T]),
             "b": lambda get, m=module, o=order: columns(get(m.bias_ih), o)}
    if gru:
        names["b_hn"] = lambda get, m=module: get(m.bias_hh)[2 * H:]
    record(kind, kind, dict(sizes, convention="pytorch") if gru else sizes, module, r(4, D), names,
           output=lambda y: y[0] if isinstance(y, tuple) else y)


class SlideGRU(nn.Module):
    """h′ = (1 − z) ⊙ h + z ⊙ tanh([r ⊙ h, x] W + b)."""

    def __init__(self):
        super().__init__()
        self.W, self.b = nn.Parameter(r(H + D, 3 * H)), nn.Parameter(r(3 * H))

    def forward(self, x):
        h, all = torch.zeros(x.shape[1], H), []
        for step in x:
            z, gate = torch.sigmoid(torch.cat([h, step], -1) @ self.W[:, :2 * H] + self.b[:2 * H]).chunk(2, -1)
            n = torch.tanh(torch.cat([gate * h, step], -1) @ self.W[:, 2 * H:] + self.b[2 * H:])
            h = (1 - z) * h + z * n
            all.append(h)
        return torch.stack(all)


plain("GRU of the slides", "GRU", sizes, SlideGRU(), r(4, 2, D))


class EncoderDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder, self.head = nn.RNN(D, H), nn.RNN(D, H), nn.Linear(H, 2)

    def forward(self, x):
        return self.head(self.decoder(x, self.encoder(x)[1])[0])


pair = EncoderDecoder()
for parameter in pair.parameters():
    nn.init.normal_(parameter, std=0.6)
names = {}
for ours, part in [("encoder.", pair.encoder), ("decoder.0.", pair.decoder)]:
    with torch.no_grad():
        part.bias_hh_l0[:] = 0
    names[ours + "W"] = lambda get, m=part: torch.cat([get(m.weight_hh_l0).T, get(m.weight_ih_l0).T])
    names[ours + "b"] = lambda get, m=part: get(m.bias_ih_l0)
names["decoder.1.weight"] = lambda get: get(pair.head.weight)
names["decoder.1.bias"] = lambda get: get(pair.head.bias)
record("EncoderDecoder", "EncoderDecoder", {}, pair, r(4, 2, D), names)
cases[-1]["children"] = [spec("RNN", **sizes), spec("Sequential", spec("RNN", **sizes), spec("Linear", in_features=H, out_features=2))]

print(json.dumps({"torch": torch.__version__, "cases": cases}))
