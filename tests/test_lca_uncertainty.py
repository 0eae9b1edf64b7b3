"""The lognormal distribution of an exchange, against values worked by hand."""

from __future__ import annotations

import math

import pytest
from factories import dataset

from ecoprod.background import Exchange, ExchangeKind
from ecoprod.lca.uncertainty import Basic, basic_of, lognormal, of_exchange, published, read_pedigree


def exchange(kind: ExchangeKind, target: str, compartment: str = "", pedigree: str = "") -> Exchange:
    return Exchange("p", kind, target, compartment, 1.0, "kg", "book", "table 1", "2020", "T", pedigree, "", 2)


def test_a_spread_worked_by_hand() -> None:
    """(3,2,4,1,3) of a material: factors 1.1, 1.02, 1.2, 1, 1.2 and 1.05.

    Squares of the logarithms: 0.00908 + 0.00039 + 0.03324 + 0 + 0.03324 + 0.00238 = 0.07834, root 0.27989.
    """
    found = lognormal((3, 2, 4, 1, 3), Basic(1.05, "material"), published())
    assert found.sigma == pytest.approx(0.27989 / 2, abs=1e-5)
    assert found.gsd2 == pytest.approx(1.32299, abs=1e-5)
    assert math.exp(found.sigma) == pytest.approx(1.15021, abs=1e-5)


def test_the_best_score_leaves_the_basic_factor_alone() -> None:
    found = lognormal((1, 1, 1, 1, 1), Basic(5.0, "CO"), published())
    assert found.gsd2 == pytest.approx(5.0)
    assert found.sigma == pytest.approx(math.log(5.0) / 2)


def test_each_worse_score_widens_the_spread() -> None:
    """Technological scores 1 and 2 have the same factor in the published table; every other step widens."""
    basic = Basic(1.05, "material")
    for place in range(5):
        spreads = []
        for score in range(1, 6):
            scores = [1, 1, 1, 1, 1]
            scores[place] = score
            pedigree = read_pedigree(str(tuple(scores)))
            assert pedigree is not None
            spreads.append(lognormal(pedigree, basic, published()).sigma)
        assert spreads == sorted(spreads)
        assert spreads[0] < spreads[-1]


@pytest.mark.parametrize(
    ("text", "pedigree"),
    [
        ("(2,1,3,1,2)", (2, 1, 3, 1, 2)),
        (" ( 2, 1, 3, 1, 2 ) ", (2, 1, 3, 1, 2)),
        ("", None),
        ("2,1,3,1,2", None),
        ("(2,1,3,1)", None),
        ("(2,1,3,1,2,1)", None),
        ("(2,1,3,1,6)", None),
        ("(2,1,3,1,0)", None),
        ("(2,1,3,1,2.5)", None),
        ("(2,1,3,1,n/a)", None),
    ],
)
def test_reading_a_pedigree(text: str, pedigree: tuple[int, ...] | None) -> None:
    assert read_pedigree(text) == pedigree


@pytest.mark.parametrize(
    ("kind", "target", "compartment", "factor"),
    [
        ("emission", "Carbon dioxide, fossil", "air", 1.05),
        ("emission", "Carbon monoxide, fossil", "air", 5.0),
        ("emission", "Methane, fossil", "air", 1.5),
        ("emission", "Methane, dichlorodifluoro-, CFC-12", "air", 2.0),
        ("emission", "Particulate Matter, < 2.5 um", "air/urban air close to ground", 3.0),
        ("emission", "Particulate Matter, > 2.5 um and < 10um", "air", 2.0),
        ("emission", "Particulate Matter, > 10 um", "air", 1.5),
        ("emission", "Lead II", "air", 5.0),
        ("emission", "Lead-210", "air", 3.0),
        ("emission", "Lead II", "water", 1.5),
        ("emission", "Benzo(a)pyrene", "air", 3.0),
        ("emission", "Toluene", "air", 2.0),
        ("emission", "Toluene", "water", 3.0),
        ("emission", "COD, Chemical Oxygen Demand", "water", 1.5),
        ("emission", "Zinc II", "soil", 1.5),
        ("resource", "Gas, natural", "natural resource/in ground", 1.05),
        ("resource", "Occupation, mineral extraction site", "natural resource/land", 1.5),
        ("resource", "Transformation, from unknown", "natural resource/land", 2.0),
        ("total", "co2e-total", "air", 1.05),
    ],
)
def test_basic_factors_by_kind_of_flow(kind: ExchangeKind, target: str, compartment: str, factor: float) -> None:
    assert basic_of(exchange(kind, target, compartment), None, published()).factor == factor


def test_transport_is_less_sure_than_what_it_carries() -> None:
    known = {"truck": dataset("truck", "tkm", group="transport"), "steel": dataset("steel"), "p": dataset("p")}
    truck = of_exchange(exchange("input", "truck"), known["p"], known)
    steel = of_exchange(exchange("input", "steel"), known["p"], known)
    assert truck is not None
    assert steel is not None
    assert (truck.gsd2, steel.gsd2) == (pytest.approx(2.0), pytest.approx(1.05))


def test_an_exchange_without_a_score_takes_its_datasets() -> None:
    known = {"p": dataset("p", data_quality="(5,1,1,1,1)")}
    own = of_exchange(exchange("emission", "Carbon dioxide, fossil", "air", "(1,1,1,1,5)"), known["p"], known)
    taken = of_exchange(exchange("emission", "Carbon dioxide, fossil", "air"), known["p"], known)
    assert own is not None
    assert taken is not None
    assert (own.pedigree, taken.pedigree) == ((1, 1, 1, 1, 5), (5, 1, 1, 1, 1))
    unknown = dataset("p", data_quality="unknown")
    assert of_exchange(exchange("emission", "Carbon dioxide, fossil", "air"), unknown, known) is None
