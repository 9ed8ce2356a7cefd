"""Area 3: harmonious labour relations: wage bargaining and workers' congresses."""

from __future__ import annotations

from gongjia.report.catalogue import chains
from gongjia.report.figure import Figure, figures
from gongjia.report.kinds import Time

figures.register(
    Figure(
        key="labour.model_units",
        area=3,
        label="工资集体协商示范单位",
        unit="家",
        time=Time.FLOW,
        base=chains.MODEL_UNITS,
        to_cutoff=True,
        meaning="年初以来创建成功的工资集体协商示范单位家数。",
        counts="以命名文件的日期为准，计到报告截止日。复核保留的单位不另计。",
        upper="浙江省工资集体协商“示范单位”创建数",
    )
)
figures.register(
    Figure(
        key="labour.congress_observations",
        area=3,
        label="区域内职代会观摩",
        unit="个",
        time=Time.FLOW,
        meaning="期间内组织召开区域内职工代表大会观摩会的乡镇(街道)个数。",
        counts="一个乡镇(街道)开几次也只计一个。",
    )
)
