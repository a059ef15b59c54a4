#!/usr/bin/env python3
"""Quantiles of the continuous domains by SciPy, for tests/search/domain.cpp.

python3 -m venv env && env/bin/pip install scipy==1.17.1
env/bin/python tests/golden/domain_values.py > tests/golden/domain_values.json
"""
import json

import scipy
from scipy.stats import loguniform, randint, truncnorm, uniform

UNITS = [0.0, 1e-9, 0.001, 0.025, 0.1, 0.25, 0.5, 0.6, 0.9, 0.975, 0.999, 1 - 1e-9]
DOMAINS = {
    "real(-5, 5)": uniform(-5, 10),
    "reciprocal(3e-4, 3e-2)": loguniform(3e-4, 3e-2),
    "real(1e-10, 1e10, log)": loguniform(1e-10, 1e10),
    "normal(0, 1)": truncnorm(-6, 6),
    "normal(10, 0.25)": truncnorm(-6, 6, loc=10, scale=0.25),
    "int(1, 99)": randint(1, 100),
}

rows = {text: [float(x) for x in law.ppf(UNITS)] for text, law in DOMAINS.items()}
rows["int(1, 99)"][0] = 1.0  # ppf(0) is one below the support
print(json.dumps({"scipy": scipy.__version__, "units": UNITS, "values": rows}, indent=1))
