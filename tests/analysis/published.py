"""Published examples of agreement with their values: tables of two coders (rows the first), and ratings of many coders."""

from __future__ import annotations

# What is published beside these and is not computed, with the reason.
LEFT_OUT = {
    "alpha_ordinal": "a code is a yes or no of a unit, which has no order",
    "alpha_interval": "a code is a yes or no of a unit, which has no distances",
    "alpha_ratio": "a code is a yes or no of a unit, which has no ratios",
    "kappa_error": "the interval is that of the bootstrap, which is held against the published error in test_bootstrap",
    "alpha_unitizing": "what is compared are units of a grid; characters are such units too",
    "gamma": "it aligns passages of different lengths, and draws by chance; the grid of characters answers the same question",
}
# name -> (source, table, expected)
TABLES: dict[str, tuple[str, list[list[int]], dict[str, float]]] = {
    "cohen1960_p37": (
        "Cohen 1960",
        [[25, 12, 3], [13, 2, 15], [12, 16, 2]],
        {"percent": 0.29, "kappa": -0.092308, "fleiss": -0.100775, "alpha": -0.095271, "ac1": -0.04797, "kappa_max": 0.846154},
    ),
    "cohen1960_p45": (
        "Cohen 1960",
        [[88, 14, 18], [10, 40, 10], [2, 6, 12]],
        {"percent": 0.7, "kappa": 0.491525, "fleiss": 0.487179, "alpha": 0.488462, "ac1": 0.57597, "kappa_max": 0.830508},
    ),
    "artstein_poesio_ex2": (
        "Artstein & Poesio 2008",
        [[46, 0, 0], [6, 32, 6], [0, 0, 10]],
        {"percent": 0.88, "kappa": 0.801325, "fleiss": 0.799532, "alpha": 0.800535, "s": 0.82},
    ),
    "brennan_prediger_ex1": (
        "Brennan & Prediger 1981",
        [[50, 0, 0], [10, 10, 10], [20, 0, 0]],
        {"percent": 0.6, "kappa": 0.272727, "fleiss": 0.223301, "alpha": 0.227184, "s": 0.4},
    ),
    "zwick2": (
        "Zwick 1988",
        [[20, 10, 10, 0], [10, 10, 0, 0], [10, 0, 10, 0], [0, 0, 0, 20]],
        {"percent": 0.6, "kappa": 0.444444, "fleiss": 0.444444, "alpha": 0.447222, "s": 0.466667},
    ),
    "zwick3": (
        "Zwick 1988",
        [[20, 5, 5, 10], [0, 10, 5, 5], [0, 5, 10, 5], [0, 0, 0, 20]],
        {"percent": 0.6, "kappa": 0.473684, "fleiss": 0.459459, "alpha": 0.462162, "s": 0.466667},
    ),
    "gwet_hand": (
        "Gwet 2008",
        [[8, 1], [0, 1]],
        {"percent": 0.9, "kappa": 0.615385, "fleiss": 0.607843, "alpha": 0.627451, "ac1": 0.86577},
    ),
    "krippendorff2004_p224": (
        "Krippendorff 2004",
        [[5, 3], [1, 1]],
        {"percent": 0.6, "kappa": 0.090909, "fleiss": 0.047619, "alpha": 0.095238, "ac1": 0.31034},
    ),
    "krippendorff2004_p246b": (
        "Krippendorff 2004",
        [[12, 18, 18], [0, 14, 18], [0, 0, 20]],
        {"percent": 0.46, "kappa": 0.258242, "fleiss": 0.185766, "alpha": 0.189837, "ac1": 0.1921},
    ),
    "wikipedia_cohen": (
        "Wikipedia Cohen kappa",
        [[20, 5], [10, 15]],
        {"percent": 0.7, "kappa": 0.4, "fleiss": 0.393939, "alpha": 0.4},
    ),
    "k1995_A_cells": (
        "Krippendorff 1995 p57 category A digitised",
        [[10, 0], [8, 6]],
        {"percent": 0.666667, "kappa": 0.384615, "fleiss": 0.314286, "alpha": 0.328571},
    ),
}
# name -> (source, a row of ratings for each coder in which a full stop is none, expected)
RATINGS: dict[str, tuple[str, list[str], dict[str, float]]] = {
    "krippendorff2011": (
        "Krippendorff 2011",
        [
            "123321412...",
            "1233224125.3",
            ".3332342251.",
            "12332441251.",
        ],
        {"alpha": 0.743421},
    ),
    "wikipedia_alpha": (
        "Wikipedia Krippendorff alpha",
        [
            ".....34121133.3",
            "1.213343.......",
            "..21344.21133.4",
        ],
        {"alpha": 0.691358},
    ),
    "fleiss1971": (
        "Fleiss 1971 (rater identity arbitrary)",
        [
            "422521311511212311215221121215",
            "423521311542242311235421421235",
            "423523334544244311435444421435",
            "453543334544344341455454421435",
            "453543534544344351455454425435",
            "455543544544345552455454545435",
        ],
        {"alpha": 0.43341, "fleiss": 0.430245},
    ),
    "warrens2010": (
        "Warrens 2010",
        [
            "000000000000000011111111111111",
            "000000000000000011111111111111",
            "000000000000000011111111110000",
            "000000000000001011111111111111",
            "000000000000000011111111111100",
            "000000000000000011111111111111",
            "000000000000000011111111111110",
            "000000000000000111111111110000",
        ],
        {"alpha": 0.833048, "fleiss": 0.83235, "s": 0.835714, "kappa": 0.832438},
    ),
    "randolph1": (
        "Randolph 2005",
        [
            "0011",
            "0011",
            "0101",
        ],
        {"alpha": 0.388889, "fleiss": 0.333333, "s": 0.333333},
    ),
    "randolph2": (
        "Randolph 2005",
        [
            "0000",
            "0000",
            "0110",
        ],
        {"alpha": -0.1, "fleiss": -0.2, "s": 0.333333},
    ),
}
