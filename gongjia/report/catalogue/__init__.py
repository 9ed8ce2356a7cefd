"""The catalogue: one `Figure(...)` per number, one file per area."""

from __future__ import annotations

import importlib

from gongjia.report.figure import Ratio, figures

AREA_FILES = (
    "a1_honours",
    "a2_skills",
    "a3_labour",
    "a4_care",
    "a5_places",
    "a6_palace",
    "a7_unions",
    "a8_online",
    "a9_cadres",
)


def load() -> None:
    """Fill the registry and check that figures name only figures that exist."""
    for name in AREA_FILES:
        importlib.import_module(f"gongjia.report.catalogue.{name}")
    for figure in figures:
        named = {figure.part_of, figure.beside, *figure.parts} - {""}
        if unknown := {key for key in named if key not in figures}:
            raise ValueError(f"{figure.key} names figures that do not exist: {sorted(unknown)}")
        if isinstance(figure, Ratio) and any(figures.get(key).parts for key in figure.parts):
            raise ValueError(f"{figure.key}: a ratio of ratios")
        if figure.part_of and figures.get(figure.part_of).measure is not figure.measure:
            raise ValueError(f"{figure.key} is not measured like {figure.part_of}")
