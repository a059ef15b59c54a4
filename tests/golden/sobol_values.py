#!/usr/bin/env python3
"""First points of SciPy's Sobol sequence, unscrambled, for tests/search/sobol.cpp.

python3 -m venv env && env/bin/pip install scipy==1.17.1
env/bin/python tests/golden/sobol_values.py > tests/golden/sobol_values.json
"""
import json

import scipy
from scipy.stats.qmc import Sobol

POINTS, DIMENSIONS = 64, 40
points = Sobol(DIMENSIONS, scramble=False, bits=30).random(POINTS)
# Units of 1 / POINTS: so many points have no more bits.
print(json.dumps({"scipy": scipy.__version__,
                  "points": (points * POINTS).astype(int).tolist()}))
