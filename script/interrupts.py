#!/usr/bin/env python3
"""Measures how long programs of the language go on after Ctrl-C.

    script/interrupts.py [--program .build/release/nabla] [--after 0.5] [NAME...]

Every program here works for long at the largest size that is allowed. It gets SIGINT after a while,
once, and the time until it has ended with status 130 is taken, as processor time of the program and by
the clock. The ten longest are printed; the exit
code is 1 if one took longer than --bound. `benchmark --latency` does the same inside, for every
operation of the catalogue.
"""
import argparse, os, signal, subprocess, sys, tempfile, threading, time

PROGRAMS = {
    "loop": "while True: pass",
    "product": "A = rand(9000, 9000)\nprint('go')\nC = A @ A",
    "products": "A = rand(4000, 4000)\nprint('go')\nC = A @ A @ A @ A @ A @ A @ A @ A @ A @ A",
    "gradient of products": "A = rand(3000, 3000)\nE = sum(A @ A @ A)\nprint('go')\nfor i in range(99): g = grad(E, A)",
    "random": "print('go')\nfor i in range(99): x = randn(100000000)",
    "sort": "x = rand(30000000)\nprint('go')\ny = sort(x)",
    "argsort columns": "x = rand(5000, 5000)\nprint('go')\nfor i in range(99): y = argsort(x, axis=0)",
    "median": "x = rand(5000000)\nprint('go')\nfor i in range(99): y = median(x)",
    "elementwise": "x = rand(60000000)\nprint('go')\nfor i in range(999): y = exp(sin(x) * cos(x))",
    "sums": "x = rand(100000000)\nprint('go')\nfor i in range(999): y = sum(x) + mean(x) + std(x)",
    "transposed": "x = rand(9000, 9000)\nprint('go')\nfor i in range(999): y = x.T + 1",
    "convolution": "x = rand(1, 32, 512, 512)\nw = rand(64, 32, 7, 7)\nprint('go')\nfor i in range(99): y = conv2d(x, w)",
    "large windows": "x = rand(1500, 1500)\nw = rand(150, 150)\nprint('go')\ny = conv2d(x, w)",
    "pooling": "x = rand(1, 8, 3000, 3000)\nprint('go')\nfor i in range(99): y = max_pool2d(x, 3, padding=1)",
    "softmax": "x = rand(100, 500000)\nprint('go')\nfor i in range(99): y = softmax(x)",
    "cumulative": "x = rand(90000000)\nprint('go')\nfor i in range(99): y = cumsum(x)",
    "equations": "A = rand(1600, 1600)\nb = rand(1600)\nprint('go')\nfor i in range(999): y = solve(A, b)",
    "determinant": "A = rand(3000, 3000)\nprint('go')\ny = det(A)",
    "least squares": "A = rand(550, 550)\nb = rand(550)\nprint('go')\nfor i in range(999): y = lstsq(A, b)",
    "list": "print('go')\nfor i in range(999): x = list(range(9000000))",
    "sorted list": "x = list(range(2000000))\nprint('go')\nfor i in range(99): y = sorted(x, reverse=True)",
    "comprehension": "print('go')\nx = [i * i for i in range(9000000)]",
    "texts": "s = 'ab ' * 1000000\nprint('go')\nfor i in range(999): t = s.upper().replace('A', 'b').split()",
    "joined": "s = ['ab'] * 3000000\nprint('go')\nfor i in range(999): t = ','.join(s)",
    "long history": "x = 1.5\nfor i in range(2000000): x = x * 1.0 + x\nprint('go')\nfor i in range(99): y = grad(x, x)",
    "deep gradient": "w = 1.5\nx = w\nfor i in range(1000000): x = x * 1.0 + w\nprint('go')\nfor i in range(99): y = grad(x, w)",
    "shown": "x = rand(90000000)\nprint('go')\nfor i in range(99): print(x)",
    "formatted": "x = rand(9000)\nprint('go')\nfor i in range(9999): s = f'{x:.3f}'",
    "explained": "W = rand(300, 300)\nx = rand(300)\ny = tanh(W @ tanh(W @ x))\nE = sum(y * y)\nprint('go')\nfor i in range(99): explain(E)",
    "explained gradient": "W = rand(60, 60)\nx = rand(60)\ny = tanh(W @ tanh(W @ x))\nE = sum(y * y)\nprint('go')\nfor i in range(99): explain(∂E/∂W)",
    "checked gradient": "W = rand(300, 300)\nx = rand(300)\nE = sum(tanh(W @ x))\nprint('go')\ngradcheck(E, W)",
    "jacobian": "W = rand(400, 400)\nx = rand(400)\ny = tanh(W @ x)\nprint('go')\nJ = jacobian(y, W)",
    "recursion": "def f(n):\n    return f(n - 1) + f(n - 2) if n > 1 else 1\nprint('go')\nf(60)",
    "primes": "print('go')\nfor i in range(99): y = σ′′′′′′′′′(0.5)",
    "indices": "x = rand(5000, 5000)\nprint('go')\nfor i in range(99): y = x[x > 0.5]",
    "rearranged": "x = rand(5000, 5000)\nprint('go')\nfor i in range(99): y = roll(tile(x, (1, 2)), 3)",
    "recurrent": "m = LSTM(256, 512)\nx = rand(400, 32, 256)\nprint('go')\nfor i in range(99): y = m(x)",
    "attention": "q = rand(3000, 256)\nprint('go')\nfor i in range(99): y = softmax(q @ q.T) @ q",
}


def processor(process):
    """Seconds that a process has computed, which other programs on the machine do not change."""
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:
        return None


def latency(program, text, after):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.nabla")
        with open(path, "w") as file:
            file.write(text + "\n")
        run = subprocess.Popen([program, "run", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if "'go'" in text:
            line = run.stdout.readline()
            while line and b"go" not in line:
                line = run.stdout.readline()
        time.sleep(after)
        if run.poll() is not None:
            return None, run.returncode, run.stderr.read().decode()[:300]
        threading.Thread(target=run.stdout.read, daemon=True).start()
        start, worked = time.monotonic(), processor(run.pid)
        run.send_signal(signal.SIGINT)
        latest = worked
        while run.poll() is None and time.monotonic() - start < 60:
            latest = processor(run.pid) or latest
            time.sleep(0.005)
        if run.returncode is None:
            run.kill()
            return (60.0, 60.0), -9, ""
        seconds = time.monotonic() - start
        return (min(latest - worked, seconds), seconds), run.returncode, run.stderr.read().decode()[:300]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--program", default=os.path.join(root, ".build/release/nabla"))
    parser.add_argument("--after", type=float, default=0.5)
    parser.add_argument("--bound", type=float, default=0.3)
    options = parser.parse_args()
    found = []
    failed = False
    for name, text in PROGRAMS.items():
        if options.names and name not in options.names:
            continue
        seconds, status, errors = latency(options.program, text, options.after)
        if seconds is None:
            print(f"{name}: ended by itself, status {status} {errors}")
            failed = True
            continue
        failed = failed or status != 130
        odd = "" if status == 130 else f" status {status} {errors}"
        print(f"{name}: {seconds[0]:.3f} s ({seconds[1]:.3f} by the clock){odd}", flush=True)
        found.append((*seconds, name))
    found.sort(reverse=True)
    print("\nthe longest:")
    for seconds, clock, name in found[:10]:
        print(f"  {seconds:.3f} s ({clock:.3f} by the clock)  {name}")
    late = any(seconds > options.bound for seconds, _, _ in found)
    return 1 if late or failed or not found else 0


if __name__ == "__main__":
    sys.exit(main())
