#!/usr/bin/env python3
"""Five steps of every optimizer by PyTorch, float64, as reference values for the tests.

usage: reference_optimizers.py > Tests/NetworksTests/Fixtures/optimizers.json   (needs torch)
The gradient of step t is a fixed function of the parameter: g = 3p² − t·c, so that sizes and signs
change from step to step.
"""
import json

import torch

START = [0.5, -1.25, 2.0, 1e-3]
SLOPES = [1.0, -0.7, 0.3, 2.0]
CASES = {
    "sgd": (torch.optim.SGD, dict(lr=0.05)),
    "sgd decay": (torch.optim.SGD, dict(lr=0.05, weight_decay=0.1)),
    "momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.8)),
    "momentum decay": (torch.optim.SGD, dict(lr=0.05, momentum=0.8, weight_decay=0.1)),
    "nesterov": (torch.optim.SGD, dict(lr=0.05, momentum=0.8, nesterov=True)),
    "adagrad": (torch.optim.Adagrad, dict(lr=0.1)),
    "adagrad decay": (torch.optim.Adagrad, dict(lr=0.1, weight_decay=0.1)),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.02, alpha=0.9)),
    "rmsprop decay": (torch.optim.RMSprop, dict(lr=0.02, weight_decay=0.1)),
    "adam": (torch.optim.Adam, dict(lr=0.1)),
    "adam betas": (torch.optim.Adam, dict(lr=0.1, betas=(0.8, 0.95), eps=1e-3)),
    "adam decay": (torch.optim.Adam, dict(lr=0.1, weight_decay=0.1)),
    "adamw": (torch.optim.AdamW, dict(lr=0.1, weight_decay=0.1)),
}

result = {}
for name, (kind, settings) in CASES.items():
    p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = kind([p], **settings)
    steps = []
    for t in range(1, 6):
        p.grad = (3 * p.detach() ** 2 - t * torch.tensor(SLOPES, dtype=torch.float64))
        optimizer.step()
        steps.append(p.detach().tolist())
    values = {}
    for key, value in settings.items():
        if key == "betas":
            values["beta1"], values["beta2"] = value
        elif key != "nesterov":
            values[key] = value
    result[name] = {"settings": values, "steps": steps}
print(json.dumps({"start": START, "slopes": SLOPES, "torch": torch.__version__, "cases": result}, indent=1))
