#!/usr/bin/env python3
"""Gaussian processes of scikit-learn, SciPy's Yeo-Johnson and exact logarithms of expected
improvements, for tests/golden/gp.cpp.

python3 -m venv env && env/bin/pip install scikit-learn==1.9.1 scipy==1.17.1 mpmath==1.4.1
env/bin/python tests/golden/gp_values.py > tests/golden/gp_values.json

`process`: with a fixed Matern-5/2 kernel, the log marginal likelihood and its derivatives by the
logarithms of signal, lengths and noise; mean and variance (without noise) at new points.
`improvement`: rows of mean, deviation, best, log EI, and its derivatives by mean and deviation.
`warping`: outcomes, the lambda of largest likelihood and the transformed outcomes.
"""
import json

import mpmath
import numpy
from scipy import stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

rng = numpy.random.default_rng(5)


def process(points, dimensions, signal, lengths, noise):
    x = rng.random((points, dimensions))
    y = numpy.sin(3 * x).sum(axis=1) + 0.1 * rng.standard_normal(points)
    function = ConstantKernel(signal) * Matern(lengths, nu=2.5)
    model = GaussianProcessRegressor(function + WhiteKernel(noise), alpha=0, optimizer=None)
    model.fit(x, y)
    value, gradient = model.log_marginal_likelihood(model.kernel_.theta, eval_gradient=True)
    new = rng.random((6, dimensions))
    mean, deviation = model.predict(new, return_std=True)
    return {"x": x.tolist(), "y": y.tolist(), "signal": signal, "lengths": lengths, "noise": noise,
            "likelihood": value, "by_signal": gradient[0],
            "by_lengths": gradient[1:1 + dimensions].tolist(), "by_noise": gradient[-1],
            "new": new.tolist(), "mean": mean.tolist(),
            "variance": (deviation ** 2 - noise).tolist()}


def improvement(mean, deviation, best):
    mpmath.mp.dps = 60  # of which the tail, 1 / z^2 of its terms, keeps enough

    def value(m, s):
        z = (mpmath.mpf(best) - m) / s
        return mpmath.log(s * (mpmath.npdf(z) + z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2))

    m, s = mpmath.mpf(mean), mpmath.mpf(deviation)
    return [float(v) for v in (mean, deviation, best, value(m, s),
                               mpmath.diff(lambda t: value(t, s), m),
                               mpmath.diff(lambda t: value(m, t), s))]


def warping(values):
    lam = stats.yeojohnson_normmax(values)
    return {"values": values.tolist(), "lambda": float(lam),
            "transformed": stats.yeojohnson(values, lam).tolist()}


cases = [(0, 1, z) for z in (-1000, -200, -60, -37, -20, -10.5, -9.5, -5, -2, -1.01, -0.99, 0, 1, 4,
                             9, 40)] + [(3.5, 0.02, 1), (0.2, 1e-6, 0.1), (-2, 7, 1)]
print(json.dumps({
    "process": [process(25, 3, 1.7, [0.3, 1.2, 0.7], 0.01), process(8, 1, 0.5, [0.2], 1e-4)],
    "improvement": [improvement(*case) for case in cases],
    "warping": [warping(rng.standard_normal(40)), warping(rng.standard_normal(40) ** 2 * 3 - 1),
                warping(numpy.exp(1.5 * rng.standard_normal(60)))],
}))
