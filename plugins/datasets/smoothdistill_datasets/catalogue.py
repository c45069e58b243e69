"""The one table of the datasets known by name: what each holds, what is left out of it, and why.

Rows and columns describe the stored file; for those without a file see `generated`.
"""

# ruff: noqa: SIM905 - a line for each name would treble the table

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from smoothdistill_core import Dataset
from smoothdistill_datasets.downloads import OpenML, ScikitLearnCalifornia
from smoothdistill_datasets.generated import Diabetes, Friedman1
from smoothdistill_datasets.stored import Drop, Ordinal, StoredDataset

UCI = "CC BY 4.0 (UCI's usual statement; page not re-read)"
TORGO = "Torgo collection, no explicit licence seen"


class AirfoilSelfNoise(StoredDataset):
    """Wind-tunnel measurements of airfoils: the sound level that they make."""

    name = "airfoil_self_noise"
    rows = 1503
    columns = (
        *("frequency", "attack-angle", "chord-length", "free-stream-velocity"),
        *("suction-side-displacement-thickness", "scaled-sound-pressure"),
    )
    target = "scaled-sound-pressure"
    citation = "Brooks, Pope and Marcolini (1989), Airfoil self-noise and prediction; UCI 291"
    licence = UCI
    sha256 = "0804b20d8f4c30665f860b47e9dd551de353275ed3308b4fba0e4f90216c3a88"


class GridStability(StoredDataset):
    """Simulated four-node power grids: how stable each is."""

    name = "grid_stability"
    rows = 10_000
    columns = tuple("tau1 tau2 tau3 tau4 p1 p2 p3 p4 g1 g2 g3 g4 stab".split())
    target = "stab"
    remarks = ("p1 = -(p2 + p3 + p4) exactly: it is redundant, and kept",)
    citation = "Arzamasov, Böhm and Jochem (2018), Towards concise models of grid stability; UCI 471"
    licence = UCI
    sha256 = "8d60091f083699ba2c07b31e42e0617576ddf1efce9b3f6726a924331e26249f"


class RealEstateValuation(StoredDataset):
    """Houses sold in New Taipei City: the price of a unit of area."""

    name = "real_estate_valuation"
    rows = 414
    columns = (
        *("No", "X1 transaction date", "X2 house age", "X3 distance to the nearest MRT station"),
        *("X4 number of convenience stores", "X5 latitude", "X6 longitude", "Y house price of unit area"),
    )
    target = "Y house price of unit area"
    dropped = (Drop(("No",), "it only numbers the rows"),)
    citation = "Yeh and Hsu (2018), Building real estate valuation models with comparative approach; UCI 477"
    licence = UCI
    sha256 = "57ddbc6c4dea8ceee890b392bf7baef01fa0e1a2d627962fe99e3f1cc7810066"


class Ai4i2020(StoredDataset):
    """A simulated milling machine: whether it fails (0 or 1, regressed as a number)."""

    name = "ai4i_2020"
    rows = 10_000
    columns = (
        *("UDI", "Product ID", "Type", "Air temperature [K]", "Process temperature [K]", "Rotational speed [rpm]"),
        *("Torque [Nm]", "Tool wear [min]", "Machine failure", "TWF", "HDF", "PWF", "OSF", "RNF"),
    )
    target = "Machine failure"
    dropped = (
        Drop(("UDI", "Product ID"), "they identify the row and the product"),
        Drop(("TWF", "HDF", "PWF", "OSF", "RNF"), "the failure modes leak the target: they give it but in 27 rows"),
    )
    ordinal = (Ordinal("Type", ("L", "M", "H")),)
    remarks = ("the target is a label, regressed as a number: 339 of 10000 are 1",)
    citation = "Matzka (2020), Explainable artificial intelligence for predictive maintenance applications; UCI 601"
    licence = UCI
    sha256 = "2fd4fb5a98ac0829f9069122afbe6e0619abd74f80f0300b8faeb0c690d4ee0c"


class AutoMpg(StoredDataset):
    """Cars of the years 1970 to 1982: the miles that they go on a gallon."""

    name = "auto_mpg"
    rows = 398
    columns = tuple(
        "mpg cylinders displacement horsepower weight acceleration model_year origin car_name".split(),
    )
    target = "mpg"
    dropped = (Drop(("car_name",), "a name, with 305 different values in 398 rows"),)
    categorical = ("origin",)
    citation = "Quinlan (1993), Combining instance-based and model-based learning; UCI 9"
    licence = UCI
    sha256 = "370a4f0fabc774f565c4408f9e660ac74a33e25801782464d833e14c87118662"


class CombinedCyclePowerPlant(StoredDataset):
    """Hours of a power plant under full load: the electrical power that it gave."""

    name = "combined_cycle_power_plant"
    rows = 9568
    columns = ("AT", "V", "AP", "RH", "PE")
    target = "PE"
    remarks = ("41 rows are exact duplicates, as in the original",)
    citation = "Tüfekci (2014), Prediction of full load electrical power output of a combined cycle plant; UCI 294"
    licence = UCI
    sha256 = "250d47d9531f2a24100c9a0d5ca090e8ad4d2f5bab432d12895c590b3108f7bf"


class Cholesterol(StoredDataset):
    """Heart patients of the Cleveland Clinic: their serum cholesterol."""

    name = "cholesterol"
    rows = 303
    columns = tuple("age sex cp trestbps fbs restecg thalach exang oldpeak slope ca thal num chol".split())
    target = "chol"
    categorical = ("sex", "cp", "fbs", "restecg", "exang", "slope", "thal")
    citation = "Detrano et al. (1989), the Cleveland data of UCI 45 with chol as target; OpenML 204"
    licence = f"UCI 45: {UCI}"
    sha256 = "8b8f048a86f18b8ef7a22fdf6aa83e9fd3bbaeae3feffd14d7895dc01a1c7405"
    download = OpenML(204, version=1)


class MunichRentIndex(StoredDataset):
    """Flats in Munich in 1999: the monthly net rent."""

    name = "munich_rent_index"
    rows = 3082
    columns = tuple("rent rentsqm area yearc location bath kitchen cheating district".split())
    target = "rent"
    dropped = (
        Drop(("rentsqm",), "it leaks the target: rentsqm = rent / area"),
        Drop(("district",), "a code, with 336 different values in 3082 rows"),
    )
    citation = "R package gamlss.data 6.0-6, rent99; OpenML 46772 (munich-rent-index-1999)"
    licence = "R package GPL-2|GPL-3; none stated for the data"
    sha256 = "b531edc0a06aa74176d9ebb71a02223b954b184f889dd468075ee987fd597f4a"
    download = OpenML(46772)


class Sea50000(StoredDataset):
    """A generated stream of labelled points whose concept drifts: the label (0 or 1, regressed as a number)."""

    name = "sea_50000"
    rows = 50_000
    columns = ("attrib1", "attrib2", "attrib3", "class")
    target = "class"
    ordinal = (Ordinal("class", ("groupA", "groupB")),)
    remarks = (
        "a reproduction of OpenML 162, generated from its definition: every 20th of 1000000 rows",
        "10 % of the labels are noise; 48646 of 50000 points are distinct, so parts of a random split share points",
    )
    citation = "Street and Kim (2001), A streaming ensemble algorithm for large-scale classification; OpenML 162"
    licence = "none needed (generated)"
    sha256 = "c947373b6b2f159f58114b7219992db736ee22bbe2285afd15959dd9727fe41b"


class Kin8nm(StoredDataset):
    """A simulated robot arm of eight links: the distance of its hand from a target."""

    name = "kin8nm"
    rows = 8192
    columns = tuple("theta1 theta2 theta3 theta4 theta5 theta6 theta7 theta8 y".split())
    target = "y"
    citation = "Delve, the kin family of datasets; OpenML 189"
    licence = "Delve/Torgo collection, no explicit licence seen"
    sha256 = "bbb075f0a1089f3720e11551ffa0c60984ee097560d1d8b47b401793ed387a12"
    download = OpenML(189, version=1)


class LiverDisorders(StoredDataset):
    """Blood tests of men: the number of drinks that they have in a day."""

    name = "liver_disorders"
    rows = 345
    columns = ("mcv", "alkphos", "sgpt", "sgot", "gammagt", "drinks", "selector")
    target = "drinks"
    dropped = (Drop(("selector",), "the donors' mark of training and test rows, no property of the men"),)
    remarks = ("4 rows are duplicates, as in the original",)
    citation = "McDermott and Forsyth (2016), Diagnosing a disorder in a classification benchmark; UCI 60, OpenML 8"
    licence = UCI
    sha256 = "fb2f9dc649f6dbf2fbbf169a4f24516b0d0eadc93cf291c9813863d8571043c0"
    download = OpenML(8)


class BrazilianHouses(StoredDataset):
    """Homes for rent in five Brazilian cities: the monthly total cost in reais."""

    name = "brazilian_houses"
    rows = 10_692
    columns = (
        *("city", "area", "rooms", "bathroom", "parking_spaces", "floor", "animal", "furniture"),
        *("hoa_(BRL)", "rent_amount_(BRL)", "property_tax_(BRL)", "fire_insurance_(BRL)", "total_(BRL)"),
    )
    target = "total_(BRL)"
    dropped = (
        Drop(
            ("hoa_(BRL)", "rent_amount_(BRL)", "property_tax_(BRL)", "fire_insurance_(BRL)"),
            "the four addends leak the target: it is their sum, within 5 BRL in 99.85 % of the rows",
        ),
    )
    categorical = ("city", "animal", "furniture")
    advised = "log1p"
    remarks = ("floor is taken as a number, where OpenML calls it nominal", "358 rows are duplicates")
    citation = "Kaggle, houses_to_rent_v2; OpenML 42688 version 4"
    licence = "Kaggle dataset; licence not seen"
    sha256 = "0398e7167ed9465e84d5c276ebdc605a974fd5e107c3e063d1c040461608b12c"
    download = OpenML(42688, version=4)


class MiamiHousing2016(StoredDataset):
    """Single-family homes sold in Miami in 2016: the sale price in dollars."""

    name = "miami_housing_2016"
    rows = 13_932
    columns = (
        *("LATITUDE", "LONGITUDE", "PARCELNO", "SALE_PRC", "LND_SQFOOT", "TOT_LVG_AREA", "SPEC_FEAT_VAL"),
        *("RAIL_DIST", "OCEAN_DIST", "WATER_DIST", "CNTR_DIST", "SUBCNTR_DI", "HWY_DIST"),
        *("age", "avno60plus", "month_sold", "structure_quality"),
    )
    target = "SALE_PRC"
    dropped = (Drop(("PARCELNO",), "it identifies the parcel of land"),)
    advised = "log1p"
    citation = "R package shapviz 0.10.2, miami; OpenML 43093"
    licence = "R package GPL>=2; data licence not seen"
    sha256 = "27edf738ca85cc079c59a531119a5410ec0507d7b1b736e46ea62cc363ded0ec"
    download = OpenML(43093)


class Elevators(StoredDataset):
    """States of a flying F16 aircraft: the action on its elevators."""

    name = "elevators"
    rows = 16_599
    columns = tuple(
        "climbRate Sgz p q curRoll absRoll diffClb diffRollRate diffDiffClb SaTime1 SaTime2 SaTime3 SaTime4 "
        "diffSaTime1 diffSaTime2 diffSaTime3 diffSaTime4 Sa Goal".split()
    )
    target = "Goal"
    remarks = ("SaTime1 to SaTime4 and Sa are near copies of each other, and kept",)
    citation = "Torgo's regression datasets, elevators; OpenML 216"
    licence = TORGO
    sha256 = "101d17d25c0cc229c718b1de61099556f6d295c190b2d549282e753f4c7934b5"
    download = OpenML(216, version=1)


class Fifa(StoredDataset):
    """Football players of the game FIFA 22: the weekly wage in euros."""

    name = "fifa"
    rows = 19_178
    columns = tuple(
        "age height_cm weight_kg nationality_name overall potential attacking_crossing attacking_finishing "
        "attacking_heading_accuracy attacking_short_passing attacking_volleys skill_dribbling skill_curve "
        "skill_fk_accuracy skill_long_passing skill_ball_control movement_acceleration movement_sprint_speed "
        "movement_agility movement_reactions movement_balance defending_standing_tackle defending_sliding_tackle "
        "goalkeeping_diving goalkeeping_handling goalkeeping_kicking goalkeeping_positioning goalkeeping_reflexes "
        "wage_eur".split()
    )
    target = "wage_eur"
    dropped = (Drop(("nationality_name",), "a name, with 163 different values"),)
    advised = "log1p"
    remarks = ("goalkeepers are a second population among the players",)
    citation = "Kaggle, players_22; OpenML 45012"
    licence = "Kaggle; CC0 claimed there as far as remembered, not re-read"
    sha256 = "42950d466a0da5db648308413f02c2a1e94b5efda5febc3948211f23ef8fa310"
    download = OpenML(45012)


class AnalcatdataApnea3(StoredDataset):
    """Two scorers of the sleep of 18 people: how often their pair of marks occurs (a full 5 x 5 x 18 table)."""

    name = "analcatdata_apnea3"
    rows = 450
    columns = ("Automatic", "Scorer_2", "Subject", "Count")
    target = "Count"
    categorical = ("Automatic", "Scorer_2", "Subject")
    advised = "log1p"
    remarks = ("237 of 450 targets are 0",)
    citation = "Simonoff (2003), Analyzing Categorical Data; OpenML 555 (number from memory)"
    licence = '"scientific, educational and/or noncommercial purposes", citing Simonoff 2003'
    sha256 = "168c2d635c8633ecd4f0254ff71cba94d4124344413613befe16f6a3e853e192"


class Mu284(StoredDataset):
    """The 284 municipalities of Sweden: the number of the cluster that each belongs to."""

    name = "mu284"
    rows = 284
    columns = tuple("LABEL P85 P75 RMT85 CS82 SS82 S82 ME84 REV84 REG CL".split())
    target = "CL"
    dropped = (Drop(("LABEL",), "it numbers the rows, which are sorted by the target: it leaks"),)
    categorical = ("REG",)
    remarks = (
        "REG is the code of one of 8 regions and taken as a category; clusters are numbered within regions, "
        "so that REG alone tells much of the target",
        "the target is a code; CL as target is likely, not certain",
    )
    citation = "Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling; OpenML 540 (number half derived)"
    licence = "StatLib, by permission of Springer, own risk"
    sha256 = "c4450b757444b62a3263f8b9b180a7dc2ca35d5df3b366ad92279f82ff190be9"


class Places(StoredDataset):
    """American metropolitan areas rated by nine scores: the score of their economy."""

    name = "places"
    rows = 329
    columns = (
        *("Climate_and_Terrain", "Housing", "Health_Care_and_Environment", "Crime", "Transportation", "Education"),
        *("The_Arts", "Recreation", "Economics", "Place"),
    )
    target = "Economics"
    dropped = (Drop(("Place",), "the name of the place, different in each row"),)
    remarks = ("Economics as target is our choice: the original's is not known",)
    citation = "Boyer and Savageau (1985), Places Rated Almanac, Rand McNally; OpenML 509 (number from memory)"
    licence = "Rand McNally copyright notice and the names Boyer & Savageau to be given"
    sha256 = "085229aa12c0c7ad954ca7cf2590aed08aa94cfe07a2b0862208164d99563fe7"


class CaliforniaHousing(StoredDataset):
    """Californian districts in the census of 1990: the median house value in 100,000 dollars."""

    name = "california_housing"
    rows = 20_640
    columns = tuple(
        "MedInc HouseAge AveRooms AveBedrms Population AveOccup Latitude Longitude MedHouseVal".split(),
    )
    target = "MedHouseVal"
    remarks = ("the target is capped at 5.00001 (965 rows)",)
    citation = "Pace and Barry (1997), Sparse spatial autoregressions"
    licence = "StatLib, no explicit licence seen"
    sha256 = "a16399b00a866b8369e417aefad851c6d195a7b776f482974b98b578f40660a9"
    download = ScikitLearnCalifornia()


class ConcreteStrength(StoredDataset):
    """Mixtures of concrete at some age: the compressive strength in MPa."""

    name = "concrete_strength"
    rows = 1030
    columns = (
        *("Cement", "Blast Furnace Slag", "Fly Ash", "Water", "Superplasticizer", "Coarse Aggregate"),
        *("Fine Aggregate", "Age", "Concrete compressive strength"),
    )
    names = (
        *("cement", "slag", "fly_ash", "water", "superplasticizer", "coarse_aggregate"),
        *("fine_aggregate", "age", "strength"),
    )
    target = "Concrete compressive strength"
    measured: ClassVar[Mapping[str, str]] = MappingProxyType(
        {**dict.fromkeys(names[:7], "kg/m^3"), "age": "day", "strength": "MPa"}
    )
    remarks = ("25 rows are duplicates, as in the original",)
    citation = "Yeh (1998), Modeling of strength of high-performance concrete using artificial neural networks; UCI 165"
    licence = "CC BY 4.0; copyright Prof. I-Cheng Yeh"
    sha256 = "c12f43c7f3c780e6132b7061e9d65e20cc0e3f9516186c403f583c0e878d1ec4"


STORED: tuple[type[StoredDataset], ...] = (
    *(AirfoilSelfNoise, GridStability, RealEstateValuation, Ai4i2020, AutoMpg, CombinedCyclePowerPlant, Cholesterol),
    *(MunichRentIndex, Sea50000, Kin8nm, LiverDisorders, BrazilianHouses, MiamiHousing2016, Elevators, Fifa),
    *(AnalcatdataApnea3, Mu284, Places, CaliforniaHousing, ConcreteStrength),
)
CATALOGUE: tuple[type[Dataset], ...] = (*STORED, Diabetes, Friedman1)
