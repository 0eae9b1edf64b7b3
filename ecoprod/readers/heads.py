"""Column names of the tables, Chinese and English, and how a written head is matched to one of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ecoprod.errors import At, Problem
from ecoprod.signs import plain_line
from ecoprod.units import UnitError, canonical


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of table: `names` maps a comparable head to its column, `quantities` may carry a unit in the head."""

    id: str
    names: Mapping[str, str]
    shown: Mapping[str, str]
    quantities: frozenset[str]
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A recognised column: its name, the unit in the head if any, and the head as written."""

    column: str
    unit: str | None
    written: str


def comparable(head: str) -> str:
    """A head as it is compared: case, spaces, hyphens and underscores ignored, full width forms made plain."""
    return re.sub(r"[\s_\-]+", "", unicodedata.normalize("NFKC", head)).casefold()


def _kind(kind_id: str, quantities: str, needed: str, columns: str) -> Kind:
    names: dict[str, str] = {}
    shown: dict[str, str] = {}
    for line in columns.strip().splitlines():
        column, *others = (name.strip() for name in line.split("|"))
        for name in (column, *others):
            names[comparable(name)] = column
            shown[name] = column
    return Kind(kind_id, names, shown, frozenset(quantities.split()), tuple(needed.split()))


BOM = _kind(
    "bom",
    "quantity mass length area volume",
    "id name quantity",
    """
    id | 零件号 | 件号 | 零件编号 | 物料编码 | 编号 | part | part number | part no | 序号 | no | no.
    parent | 父件 | 父件号 | 上级
    level | 层级 | 层次
    name | 名称 | 零件名称 | 物料名称
    material | 材料 | 材质
    dataset | 数据集
    quantity | 数量 | 用量 | qty
    mass | 单重 | 单件质量 | 单件重量 | 质量 | unit mass | weight
    length | 长度
    area | 面积
    volume | 体积
    coating | 涂层 | 镀层
    role | 角色
    made | 来源 | 制造方式 | 自制外购
    process | 工艺 | 加工工艺
    yield | 成材率 | 材料利用率
    recycled_content | 再生料比例 | 再生材料比例
    alternate_group | 替代组
    share | 份额 | 替代比例
    phantom | 虚拟件
    origin | 产地
    transport | 运输
    joining | 连接方式
    coating_type | 涂层类型
    marking | 标识 | 材料标识
    access | 可拆解性 | 拆解
    end_of_life | 废弃处理 | 报废处理
    substances | 物质 | 有害物质 | 限用物质
    substance_basis | 物质基准
    evidence | 证据 | 证明材料
    data_quality | 数据质量
    note | 备注 | 说明 | source | 资料来源 | 数据来源 | 规格 | 规格型号 | 型号 | 图号 | remark | remarks
    """,
)
PROCESS = _kind(
    "process",
    "amount key_total key_product",
    "amount",
    """
    flow | 流 | 物料 | 能源或物料
    dataset | 数据集
    emission | 排放物 | 污染物
    compartment | 环境介质 | 排放去向
    direction | 方向 | 投入产出
    amount | 数值 | 数量 | 用量
    meter | 计量表 | 表号 | 仪表
    scope | 范围
    allocation | 分配方法 | 分配
    key_total | 分配基数总量 | 总量
    key_product | 本产品分配量 | 本产品量
    covers | 覆盖零件 | 覆盖
    basis | 数据获取方式 | 数据来源方式
    kind | 类别
    evidence | 证据 | 证明材料
    data_quality | 数据质量
    note | 备注 | 说明 | source | 资料来源 | 数据来源 | 序号 | 规格 | 规格型号 | 型号 | no | no. | remark | remarks
    """,
)
EVIDENCE = _kind(
    "evidence",
    "",
    "id",
    """
    id | 证据号 | 编号 | 序号 | no | no.
    title | 标题 | 名称
    type | 类型
    file | 文件
    sha256 | 校验值
    issuer | 出具单位 | 签发机构 | 出具机构
    accreditation | 资质 | 认可
    model | 型号
    issued | 签发日期 | 出具日期
    valid_until | 有效期至 | 有效期
    note | 备注 | 说明 | remark | remarks
    """,
)
MAPPING = _kind(
    "mapping",
    "",
    "material dataset",
    """
    material | 材料 | 材质
    dataset | 数据集
    background | 背景数据库
    factor | 系数
    reason | 理由 | 依据
    checked_by | 核对人
    checked_on | 核对日期
    evidence | 证据 | 证明材料
    note | 备注 | 说明 | 序号 | no | no. | remark | remarks
    """,
)
METHOD = _kind(
    "method",
    "",
    "flow compartment factor unit",
    """
    flow | 基本流 | 流 | 物质 | elementary flow
    compartment | 环境介质 | 介质 | 排放去向
    factor | 特征化因子 | 因子 | 系数 | characterisation factor | cf
    unit | 单位
    category | 影响类别 | 类别 | impact category
    note | 备注 | 说明 | source | 资料来源 | 数据来源 | 序号 | no | no. | cas | remark | remarks
    """,
)
INDICATORS = _kind(
    "indicators",
    "",
    "first_level second_level direction benchmark",
    """
    id | 要求编号
    first_level | 一级指标 | first-level indicator | 属性 | attribute
    second_level | 二级指标 | second-level indicator | 指标 | 指标名称
    unit | 单位
    direction | 方向 | 比较 | 指标方向 | operator
    benchmark | 基准值 | 指标基准值 | 限值 | limit
    basis | 判定依据 | 依据 | 检测方法 | 试验方法 | test method
    stage | 所属生命周期阶段 | 生命周期阶段 | 阶段 | life cycle stage
    indicator | 指标编号
    clause | 条款 | 条款号
    applies | 适用 | 适用范围 | 适用条件
    detection_limit | 方法检出限 | 检出限 | test detection limit
    note | 备注 | 说明 | 序号 | no | no. | remark | remarks
    """,
)
MAX_HEAD = 200
"""Signs of the longest head that is looked at."""
_IN_BRACKETS = re.compile(r"(.+?)\s*(?:\[(.+)\]|\((.+)\))")


def match_head(written: str, kind: Kind, at: At, problems: list[Problem]) -> Head | None:
    """The column that a head names; None and a Problem where there is none, or its unit cannot be."""
    if len(written) > MAX_HEAD:
        problems.append(Problem("column-unlike", at, written[:60], {"column": written[:60], "nearest": ""}))
        return None
    plain = plain_line(written)
    column = kind.names.get(comparable(plain))
    if column is not None:
        return Head(column, None, written)
    name, unit = _split_unit(plain)
    column = kind.names.get(comparable(name))
    if column is None:
        near = _nearest(name, kind)
        params: dict[str, str | float | int] = {"column": written[:60], "nearest": near}
        problems.append(Problem("column-unknown" if near else "column-unlike", at, written[:60], params))
        return None
    if unit is not None and column not in kind.quantities:
        problems.append(Problem("column-takes-no-unit", at, column, {"column": name, "unit": unit[:30]}))
        return Head(column, None, written)
    try:
        return Head(column, canonical(unit) if unit else None, written)
    except UnitError as error:
        problems.append(Problem(error.code, at, column, error.params))
        return Head(column, None, written)


def knows(head: str, kind: Kind) -> bool:
    """Whether a head names a column of that kind of table, unit or not."""
    if len(head) > MAX_HEAD:
        return False
    plain = unicodedata.normalize("NFKC", head)
    return comparable(plain) in kind.names or comparable(_split_unit(plain)[0]) in kind.names


def _split_unit(plain: str) -> tuple[str, str | None]:
    """`mass [g]`, `单重(g)` and `单重/g` into name and unit."""
    match = _IN_BRACKETS.fullmatch(plain)
    if match:
        return match[1].strip(), (match[2] or match[3]).strip()
    name, slash, unit = plain.partition("/")
    return (name.strip(), unit.strip()) if slash and unit.strip() else (plain, None)


def is_row_number(head: str) -> bool:
    """Whether a head says that the column only counts the rows; it names the rows where nothing else does."""
    return comparable(head) in {"序号", "no", "no."}


def in_words(column: str, kind: Kind) -> str:
    """The Chinese name of a column, which files in Chinese use; its own name where it has none."""
    return next((name for name, named in kind.shown.items() if named == column and not name.isascii()), column)


def _nearest(name: str, kind: Kind) -> str:
    """Names of columns that a head may have meant, in the language of the head; empty where none is near."""
    from rapidfuzz import fuzz, process

    latin = name.isascii()
    among = [shown for shown in kind.shown if shown.isascii() == latin]
    hits = process.extract(name, among, scorer=fuzz.ratio, processor=comparable, limit=3, score_cutoff=60)
    return ", ".join(str(hit[0]) for hit in hits)
