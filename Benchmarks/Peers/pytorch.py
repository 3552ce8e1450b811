"""The workloads of the benchmark in PyTorch's eager mode, one thread.

    python3 pytorch.py NAME

prints "ready" (or "none" when it has no such workload); then each line of standard input, a number
of steps, is answered with the seconds they took, the seconds of processor time, and the peak memory
in MiB.
"""
import resource
import subprocess
import sys
import time


def startup():
    code = "import torch as t; print(t.tensor([[1.,2],[3,4]]) @ t.tensor([[5.,6],[7,8]]))"

    def run(steps):
        for _ in range(steps):
            subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=True)

    return run


def xor_data(dtype):
    x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=dtype)
    return x, torch.tensor([0, 1, 1, 0])


def training(net, x, y, optimizer):
    loss = nn.CrossEntropyLoss()

    def run(steps):
        for _ in range(steps):
            optimizer.zero_grad()
            loss(net(x), y).backward()
            optimizer.step()

    return run


def xor_module(dtype):
    x, y = xor_data(dtype)
    net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 2)).to(dtype)
    return training(net, x, y, torch.optim.SGD(net.parameters(), lr=0.5))


def descend(parameters, rate):
    with torch.no_grad():
        for p in parameters:
            p -= rate * p.grad
            p.grad = None


def xor_by_hand(dtype):
    x, y = xor_data(dtype)
    shapes = [(2, 4), (4,), (4, 2), (2,)]
    w, b, v, d = p = [torch.randn(s, dtype=dtype).requires_grad_() for s in shapes]

    def run(steps):
        for _ in range(steps):
            functional.cross_entropy(torch.tanh(x @ w + b) @ v + d, y).backward()
            descend(p, 0.5)

    return run


def bitsum(length, cell, dtype):
    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            self.recurrent = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[cell](1, 16)
            self.output = nn.Linear(16, length + 1)

        def forward(self, x):
            return self.output(self.recurrent(x)[0][-1])

    net = Classifier().to(dtype)
    bits = torch.randint(0, 2, (length, 32, 1))
    x, y = bits.to(dtype), bits.sum(dim=(0, 2))
    return training(net, x, y, torch.optim.Adam(net.parameters(), lr=0.01))


def lenet(train, dtype):
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    ).to(dtype)
    x, y = torch.randn(64, 1, 28, 28, dtype=dtype), torch.arange(64) % 10
    if train:
        return training(net, x, y, torch.optim.SGD(net.parameters(), lr=0.1))

    def forward(steps):
        with torch.no_grad():
            for _ in range(steps):
                net(x)

    return forward


def primitive(name, train, dtype):
    shapes, function = PRIMITIVES[name]
    x = [(0.1 + torch.rand(s, dtype=dtype)).requires_grad_(train) for s in shapes]
    arriving = function(*x).detach()

    def backward(steps):
        for _ in range(steps):
            torch.autograd.grad(function(*x), x, arriving)

    def forward(steps):
        with torch.no_grad():
            for _ in range(steps):
                function(*x)

    return backward if train else forward


def parabola():
    x = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)

    def run(steps):
        for _ in range(steps):
            (x**2 + 3).backward()
            descend([x], 0.01)

    return run


def slide_network():
    def leaf(values):
        return torch.tensor(values, dtype=torch.float64, requires_grad=True)

    x = torch.tensor([1.0, -0.5], dtype=torch.float64)
    a, b = leaf([[1.2, 2.1, -1.5], [-0.3, -0.7, 0.3]]), leaf([-0.2, 0.5, 1.3])

    def run(steps):
        for _ in range(steps):
            ((1 - torch.sigmoid(b @ torch.sigmoid(a.T @ x))) ** 2 / 2).backward()
            descend([a, b], 0.1)

    return run


def workload(name):
    """The workload's `run(steps)`, or None."""
    words = name.split()
    kind, dtype = " ".join(words[1:-1]), getattr(torch, words[-1], None)
    if name in PLAIN:
        return PLAIN[name]()
    if words[0] == "W2" and kind == "xor command":
        return xor_module(dtype)
    if words[0] == "W2" and kind == "xor recorded":
        return xor_by_hand(dtype)
    if words[0] == "W3":
        return bitsum(int(words[2][2:]), words[3], dtype)
    if words[0] == "W4":
        return lenet(words[2] == "train", dtype)
    if words[0] == "W5" and words[-2] in ("forward", "train"):
        return primitive(" ".join(words[1:-2]), words[-2] == "train", dtype)
    return None


def main():
    run = workload(sys.argv[1])
    print("ready" if run else "none", flush=True)
    for line in sys.stdin if run else ():
        start = time.perf_counter(), processor_time()
        run(int(line))
        print(time.perf_counter() - start[0], processor_time() - start[1], peak_memory(), flush=True)


def usages():
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def processor_time():
    return sum(usage.ru_utime + usage.ru_stime for usage in usages())


def peak_memory():
    own, children = (usage.ru_maxrss / 1024 for usage in usages())
    return children or own


if __name__ == "__main__":
    if sys.argv[1].startswith("W1"):
        workload = lambda _: startup()
        main()
    else:
        import torch
        from torch import nn
        from torch.nn import functional

        torch.set_num_threads(1)
        torch.manual_seed(1)
        million, maps = [(1_000_000,)], [(64, 6, 28, 28)]
        classes = torch.arange(1000) % 10
        PRIMITIVES = {
            "conv": ([(64, 16, 14, 14), (32, 16, 5, 5)], functional.conv2d),
            "slide conv": ([(1, 3, 5, 5), (2, 3, 3, 3)], functional.conv2d),
            "max_pool2d": (maps, lambda x: functional.max_pool2d(x, 2)),
            "avg_pool2d": (maps, lambda x: functional.avg_pool2d(x, 2)),
            "softmax ce": ([(1000, 10)], lambda x: functional.cross_entropy(x, classes)),
            "add": (million * 2, torch.add), "sum": (million, torch.sum),
            **{n: (million, getattr(torch, n)) for n in ("sigmoid", "tanh", "exp", "log", "relu")},
            **{f"matmul {n}": ([(n, n), (n, n)], torch.matmul) for n in (4, 16, 64, 256)},
        }
        PLAIN = {
            "W2 xor script": lambda: xor_by_hand(torch.float64),
            "W2 xor script, PyTorch's style": lambda: xor_module(torch.float64),
            "W6 parabola recorded": parabola,
            "W6 parabola script": parabola,
            "W6 slide network script": slide_network,
        }
        main()
