"""scikit-learn's side of the benchmark section `detectors`.

Started by the benchmark with: BANK QUERIES COUNT QUERY_COUNT WIDTH. BANK and QUERIES are raw little-endian float32 files.
Reads the name of one job a line, does it, and answers one line: "seconds checksum". Features go in as float64 where
statistics are made of them, as numbers in double demand; the jobs named float32 are there to be asked by hand.
"""
import sys
import time

import numpy as np
from scipy import linalg
from sklearn.covariance import EmpiricalCovariance, LedoitWolf
from sklearn.neighbors import NearestNeighbors

bank_path, query_path, count, queries, width = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
X = np.fromfile(bank_path, dtype=np.float32).reshape(count, width)
Q = np.fromfile(query_path, dtype=np.float32).reshape(queries, width)
fitted = {}


def unit(a):
    return a / np.linalg.norm(a, axis=1, keepdims=True)


def cosine_fit():
    fitted["cosine"] = NearestNeighbors(n_neighbors=1, metric="cosine", algorithm="brute").fit(X)
    return 0


def cosine_score():
    return fitted["cosine"].kneighbors(Q)[0][:, -1].sum()


def knn_fit():
    fitted["knn"] = NearestNeighbors(n_neighbors=10, algorithm="brute").fit(unit(X))
    return 0


def knn_score():
    return fitted["knn"].kneighbors(unit(Q))[0][:, -1].sum()


def fit(name, estimator, data):
    fitted[name] = estimator.fit(data)
    return fitted[name].covariance_[0, 0]


def score(name, data):
    return fitted[name].mahalanobis(data).sum()


def eigh():
    if "matrix" not in fitted:
        fitted["matrix"] = np.cov(X[: 2 * width].astype(np.float64), rowvar=False, bias=True)
    begun = time.perf_counter()
    values, _ = np.linalg.eigh(fitted["matrix"])
    return values[-1], time.perf_counter() - begun


jobs = {
    "ready": lambda: 0,
    "cosine_fit": cosine_fit,
    "cosine_score": cosine_score,
    "knn_fit": knn_fit,
    "knn_score": knn_score,
    "mahalanobis_fit": lambda: fit("maha", EmpiricalCovariance(), X.astype(np.float64)),
    "mahalanobis_fit_float32": lambda: fit("maha32", EmpiricalCovariance(), X),
    "ledoit_wolf_fit": lambda: fit("lw", LedoitWolf(), X.astype(np.float64)),
    "ledoit_wolf_fit_float32": lambda: fit("lw32", LedoitWolf(), X),
    "mahalanobis_score": lambda: score("maha", Q.astype(np.float64)),
    "mahalanobis_score_float32": lambda: score("maha32", Q),
    "ledoit_wolf_score": lambda: score("lw", Q.astype(np.float64)),
    "eigh": eigh,
    "pinvh": lambda: linalg.pinvh(fitted["matrix"])[0, 0],
}
for line in sys.stdin:
    start = time.perf_counter()
    result = jobs[line.strip()]()
    seconds = time.perf_counter() - start
    if isinstance(result, tuple):
        result, seconds = result
    print(f"{seconds:.6f} {float(result):.9g}", flush=True)
