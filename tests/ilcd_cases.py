"""ILCD packages for the tests of its reader: flows, properties, units, processes and declarations, written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from import_cases import read, zipped

from ecoprod.importing.formats import ilcd
from ecoprod.importing.records import ForeignDatabase

NS = (
    'xmlns="http://lca.jrc.it/ILCD/Process" xmlns:common="http://lca.jrc.it/ILCD/Common" '
    'xmlns:epd="http://www.iai.kit.edu/EPD/2013"'
)
MASS, AREA = "93a60a56-a3c8-11da-a746-0800200b9a66", "93a60a56-a3c8-19da-a746-0800200c9a66"
GWP_EF30, GWP_EF31 = "6a37f984-a4b3-458a-a20a-64418c145fa2", "a7ea142a-9749-11ed-a8fc-0242ac120002"
GWP_A1 = "77e416eb-a363-4258-a04e-171d843a6460"


def flow(name: str, kind: str, prop: str = "p-mass", *, factor: str = "1.0", more: str = "", folders: str = "") -> str:
    """A flow data set with the UUID `f-NAME`."""
    return f"""<f:flowDataSet xmlns:f="http://lca.jrc.it/ILCD/Flow" xmlns:common="http://lca.jrc.it/ILCD/Common">
<f:flowInformation><f:dataSetInformation><common:UUID>F-{name}</common:UUID>
<f:name><f:baseName xml:lang="de">{name} de</f:baseName><f:baseName xml:lang="en">{name}</f:baseName>{more}</f:name>
<f:classificationInformation><common:elementaryFlowCategorization>{folders}</common:elementaryFlowCategorization>
</f:classificationInformation><f:CASNumber>000124-38-9</f:CASNumber></f:dataSetInformation>
<f:quantitativeReference><f:referenceToReferenceFlowProperty>3</f:referenceToReferenceFlowProperty>
</f:quantitativeReference></f:flowInformation>
<f:modellingAndValidation><f:LCIMethod><f:typeOfDataSet>{kind}</f:typeOfDataSet></f:LCIMethod></f:modellingAndValidation>
<f:flowProperties>
<f:flowProperty dataSetInternalID="0"><f:referenceToFlowPropertyDataSet refObjectId="p-energy"/>
<f:meanValue>40</f:meanValue></f:flowProperty>
<f:flowProperty dataSetInternalID="3"><f:referenceToFlowPropertyDataSet refObjectId="{prop}"/>
<f:meanValue>{factor}</f:meanValue></f:flowProperty></f:flowProperties></f:flowDataSet>"""


def flow_property(uuid: str, group: str) -> str:
    return f"""<flowPropertyDataSet xmlns="http://lca.jrc.it/ILCD/FlowProperty"
xmlns:common="http://lca.jrc.it/ILCD/Common"><flowPropertiesInformation><dataSetInformation>
<common:UUID>{uuid}</common:UUID></dataSetInformation><quantitativeReference>
<referenceToReferenceUnitGroup refObjectId="{group}"/></quantitativeReference></flowPropertiesInformation>
</flowPropertyDataSet>"""


def unit_group(uuid: str, reference: int, *units: tuple[str, str]) -> str:
    listed = "".join(
        f'<unit dataSetInternalID="{i}"><name>{name}</name><meanValue>{factor}</meanValue></unit>'
        for i, (name, factor) in enumerate(units)
    )
    return f"""<unitGroupDataSet xmlns="http://lca.jrc.it/ILCD/UnitGroup"
xmlns:common="http://lca.jrc.it/ILCD/Common"><unitGroupInformation><dataSetInformation>
<common:UUID>{uuid}</common:UUID></dataSetInformation><quantitativeReference>
<referenceToReferenceUnit>{reference}</referenceToReferenceUnit></quantitativeReference></unitGroupInformation>
<units>{listed}</units></unitGroupDataSet>"""


def line(number: int, name: str, direction: str, amount: str | None, more: str = "") -> str:
    stated = "" if amount is None else f"<meanAmount>9</meanAmount><resultingAmount>{amount}</resultingAmount>"
    return f"""<exchange dataSetInternalID="{number}"><referenceToFlowDataSet refObjectId="f-{name}">
<common:shortDescription xml:lang="en">{name} in short</common:shortDescription></referenceToFlowDataSet>
<exchangeDirection>{direction}</exchangeDirection>{stated}{more}</exchange>"""


def process(
    *rows: str, uuid: str = "P1", kind: str = "Unit process, black box", results: str = "", references: str = "0"
) -> str:
    refs = "".join(f"<referenceToReferenceFlow>{r}</referenceToReferenceFlow>" for r in references.split())
    return f"""<processDataSet {NS}><processInformation><dataSetInformation><common:UUID>{uuid}</common:UUID>
<name><baseName xml:lang="de">Stahl</baseName><baseName xml:lang="zh">钢</baseName>
<treatmentStandardsRoutes xml:lang="de">Hochofen</treatmentStandardsRoutes></name>
<common:synonyms xml:lang="en">mild steel; iron</common:synonyms></dataSetInformation>
<quantitativeReference type="Reference flow(s)">{refs}</quantitativeReference>
<time><common:referenceYear>2019</common:referenceYear></time>
<geography><locationOfOperationSupplyOrProduction location="CN"/></geography><technology>
<technologyDescriptionAndIncludedProcesses xml:lang="en">furnace</technologyDescriptionAndIncludedProcesses>
</technology></processInformation><modellingAndValidation>
<LCIMethodAndAllocation><typeOfDataSet>{kind}</typeOfDataSet></LCIMethodAndAllocation>
<dataSourcesTreatmentAndRepresentativeness><referenceToDataSource>
<common:shortDescription xml:lang="en">works data</common:shortDescription></referenceToDataSource>
</dataSourcesTreatmentAndRepresentativeness></modellingAndValidation>
<administrativeInformation><publicationAndOwnership><common:dataSetVersion>01.00.000</common:dataSetVersion>
<common:licenseType>free</common:licenseType></publicationAndOwnership></administrativeInformation>
<exchanges>{"".join(rows)}</exchanges>{results}</processDataSet>"""


AIR = (
    '<common:category level="1">Emissions to air</common:category>'
    '<common:category level="0">Emissions</common:category>'
)
BASE: Mapping[str, str] = {
    "ILCD/flows/steel.xml": flow("steel", "Product flow"),
    "ILCD/flows/coal.xml": flow("coal", "Product flow"),
    "ILCD/flows/gas.xml": flow("gas", "Product flow"),
    "ILCD/flows/slag.xml": flow("slag", "Waste flow"),
    "ILCD/flows/co2.xml": flow("CO2", "Elementary flow", folders=AIR),
    "ILCD/flows/ore.xml": flow("ore", "Elementary flow"),
    "ILCD/flowproperties/mass.xml": flow_property("p-mass", "g-mass"),
    "ILCD/unitgroups/mass.xml": unit_group("g-mass", 1, ("g", "0.001"), ("kg", "1"), ("t", "1000")),
}
PRODUCT = line(0, "steel", "Output", "2")


def package(tmp_path: Path, *processes: str, more: Mapping[str, str] | None = None) -> ForeignDatabase:
    """What the reader makes of a zip whose processes stand before the flows that they need."""
    made = {f"ILCD/processes/{i}.xml": text for i, text in enumerate(processes)}
    return read(ilcd, zipped(tmp_path / "x.zip", {**made, **BASE, **(more or {})}))


def amounts(**modules: str) -> str:
    """Amounts by module; `A1_A3` is A1-A3, `C3__x` is C3 in scenario x."""
    made = ""
    for key, value in modules.items():
        module, _, scenario = key.partition("__")
        named = f' epd:scenario="{scenario}"' if scenario else ""
        made += f'<epd:amount epd:module="{module.replace("_", "-")}"{named}>{value}</epd:amount>'
    return made


def result(stated: str, uuid: str = GWP_EF30, name: str = "warming", unit: str = "kg CO_(2)-Äq.") -> str:
    return f"""<LCIAResult><referenceToLCIAMethodDataSet refObjectId="{uuid}">
<common:shortDescription xml:lang="de">Klima</common:shortDescription>
<common:shortDescription xml:lang="en">{name}</common:shortDescription></referenceToLCIAMethodDataSet>
<common:other>{stated}<epd:referenceToUnitGroupDataSet><common:shortDescription>{unit}</common:shortDescription>
</epd:referenceToUnitGroupDataSet></common:other></LCIAResult>"""


def declaration(*results: str, rows: tuple[str, ...] = (), references: str = "0", words: str = "") -> str:
    text = process(
        PRODUCT, *rows, kind="EPD", references=references, results=f"<LCIAResults>{''.join(results)}</LCIAResults>"
    )
    compliance = f"<complianceDeclarations><compliance>{words}</compliance></complianceDeclarations>"
    return text.replace("</modellingAndValidation>", f"{compliance}</modellingAndValidation>")
