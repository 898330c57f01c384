"""R3DVS descriptors in the form of DScribe and scikit-learn, by the command line `r3dvs`. Copy this file; it needs NumPy only.

    from r3dvs import R3DVS
    descriptor = R3DVS(dl=0.4, length=12.8)
    features = descriptor.create(["mp-1/CHGCAR.gz", "mp-2/CHGCAR.gz"])    # [2, 32768]

MIT licence. https://doi.org/10.1038/s41598-017-17299-w
"""
import os
import shlex
import subprocess
import tempfile

import numpy as np

try:
    from sklearn.base import BaseEstimator, TransformerMixin
except ImportError:
    BaseEstimator, TransformerMixin = type("BaseEstimator", (), {}), type("TransformerMixin", (), {})

_PATHS_PER_CALL = 200


class R3DVS(TransformerMixin, BaseEstimator):
    """|s_g| of charge densities summed on a mesh of reciprocal space, [z, y, x] flattened; in e/Å^3 for a CHGCAR.

    dl: resolution in Å (cutoff pi/dl). length: box in Å. command: how to start r3dvs (default: $R3DVS, or r3dvs).
    """

    def __init__(self, dl=0.4, length=12.8, assignment="nearest", component="total", command=None):
        self.dl, self.length, self.assignment, self.component, self.command = dl, length, assignment, component, command

    def get_number_of_features(self):
        return round(self.length / self.dl) ** 3

    def create(self, system, n_jobs=None):
        """Features of one path ([n]) or of several ([paths, n]); raises ValueError for what cannot be read."""
        if isinstance(system, (str, os.PathLike)):
            return self.create([system], n_jobs)[0]
        paths = [os.path.abspath(path) for path in system]
        unique = list(dict.fromkeys(paths))
        parts = [self._encode(unique[i : i + _PATHS_PER_CALL], n_jobs) for i in range(0, len(unique), _PATHS_PER_CALL)]
        rows = dict(zip(unique, np.concatenate(parts))) if parts else {}
        return np.array([rows[path] for path in paths], dtype=np.float32).reshape(len(paths), self.get_number_of_features())

    def fit(self, X=None, y=None):
        return self

    def transform(self, X):
        return self.create(list(X))

    def _encode(self, paths, n_jobs):
        command = shlex.split(self.command or os.environ.get("R3DVS", "r3dvs"))
        options = ["--dl", str(self.dl), "--length", str(self.length), "--assignment", self.assignment, "--component", self.component]
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "voxels.npz")
            threads = [] if n_jobs is None else ["--threads", str(n_jobs)]
            called = [*command, "encode", "--quiet", "-o", output, *options, *threads, "--", *paths]
            done = subprocess.run(called, capture_output=True, text=True, encoding="utf-8")
            if done.returncode != 0:
                raise ValueError(done.stderr.strip() or f"r3dvs ended with exit code {done.returncode}")
            with np.load(output) as arrays:
                voxels = arrays["descriptor"]
        if len(voxels) != len(paths):
            raise ValueError("each path must be one density, or the folder of one material")
        return voxels.reshape(len(voxels), -1)
