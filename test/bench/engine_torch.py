# Training steps of a network in PyTorch, for `npm run bench -- engine`: engine_torch.py JOB.json THREADS [channels_last]
# Says on stdout, a line of JSON each: what it is and when its first step was done, then one measurement for each line "seconds" of stdin.
import json, sys, time

began = time.time() - time.process_time()
job = json.load(open(sys.argv[1]))

import numpy as np
import torch
from serve import serve
from torch import nn

torch.set_num_threads(int(sys.argv[2]))
layout = torch.channels_last_3d if "channels_last" in sys.argv else torch.contiguous_format
size, channels, batch = job["spec"]["input"]["size"], job["spec"]["input"]["channels"], job["batch"]
x = torch.tensor(np.fromfile(job["inputs"], np.float32).reshape(batch, size, size, size, channels)).permute(0, 4, 1, 2, 3)
x = x.contiguous(memory_format=layout)
y = torch.tensor(np.fromfile(job["targets"], np.float32).reshape(batch, 1))
parts, inner, flat = [], channels, False
for layer in job["spec"]["layers"]:
    if layer["kind"] == "convolution":
        parts += [nn.Conv3d(inner, layer["filters"], 3, padding=layer["padding"]), nn.LeakyReLU(layer["slope"])]
        inner = layer["filters"]
    elif layer["kind"] == "pool":
        parts.append(nn.MaxPool3d(2) if layer["mode"] == "max" else nn.AvgPool3d(2))
    else:
        if not flat:
            parts.append(nn.Flatten())
            inner = nn.Sequential(*parts)(x[:1]).shape[1]
        flat = True
        parts.append(nn.Linear(inner, layer["units"]))
        inner = layer["units"]
        if layer["slope"] != 1:
            parts.append(nn.LeakyReLU(layer["slope"]))
network = nn.Sequential(*parts).to(memory_format=layout)
optimizer = torch.optim.Adam(network.parameters(), 1e-3, eps=1e-7)


def train():
    optimizer.zero_grad()
    loss = ((network(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return loss.item()


count = sum(p.numel() for p in network.parameters())
serve(train, began, batch, count, f"PyTorch {torch.__version__}")
