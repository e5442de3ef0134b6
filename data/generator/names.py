"""Invented names, Chinese with English beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from data.generator.dice import Dice

_STREETS = (
    ("槐树", "Huaishu"), ("书院", "Shuyuan"), ("仓前", "Cangqian"), ("井亭", "Jingting"), ("竹篮", "Zhulan"),
    ("铁匠", "Tiejiang"), ("染坊", "Ranfang"), ("米市", "Mishi"), ("盐店", "Yandian"), ("状元", "Zhuangyuan"),
    ("考棚", "Kaopeng"), ("凤仪", "Fengyi"), ("长寿", "Changshou"), ("平安", "Ping'an"), ("和睦", "Hemu"),
    ("幸福", "Xingfu"), ("团结", "Tuanjie"), ("胜利", "Shengli"), ("光明", "Guangming"), ("新华", "Xinhua"),
    ("青年", "Qingnian"), ("友谊", "Youyi"), ("健康", "Jiankang"), ("富民", "Fumin"), ("兴业", "Xingye"),
    ("创业", "Chuangye"), ("锦绣", "Jinxiu"), ("翠竹", "Cuizhu"), ("梧桐", "Wutong"), ("银杏", "Yinxing"),
    ("桂花", "Guihua"), ("海棠", "Haitang"), ("腊梅", "Lamei"), ("杨柳", "Yangliu"), ("荷塘", "Hetang"),
    ("芦花", "Luhua"), ("石榴", "Shiliu"), ("桃园", "Taoyuan"), ("梨园", "Liyuan"), ("菜园", "Caiyuan"),
    ("砖桥", "Zhuanqiao"), ("水车", "Shuiche"), ("码头", "Matou"), ("渡口", "Dukou"), ("河坎", "Hekan"),
    ("塘前", "Tangqian"), ("坝上", "Bashang"), ("塔影", "Taying"), ("朝阳", "Chaoyang"), ("东升", "Dongsheng"),
    ("望山", "Wangshan"), ("听泉", "Tingquan"), ("松涛", "Songtao"), ("鹤鸣", "Heming"), ("机务", "Jiwu"),
    ("工农", "Gongnong"), ("纺南", "Fangnan"), ("纺北", "Fangbei"), ("车站", "Chezhan"), ("货场", "Huochang"),
    ("劳动", "Laodong"), ("前进", "Qianjin"), ("红旗", "Hongqi"), ("曙光", "Shuguang"), ("丰收", "Fengshou"),
    ("丰乐", "Fengle"), ("安居", "Anju"), ("乐业", "Leye"), ("明德", "Mingde"), ("至善", "Zhishan"), ("博文", "Bowen"),
    ("求实", "Qiushi"),
)  # fmt: skip
_DANWEI = (
    ("棉纺厂", "Cotton Mill"), ("粮食局", "Grain Bureau"), ("供销社", "Supply Co-op"),
    ("农机厂", "Farm Machinery Works"), ("县医院", "County Hospital"), ("一中", "No. 1 Middle School"),
    ("邮电局", "Post Office"), ("水利局", "Water Bureau"), ("化肥厂", "Fertiliser Works"), ("机务段", "Engine Shed"),
    ("铁路", "Railway"), ("酒厂", "Distillery"), ("面粉厂", "Flour Mill"), ("百货公司", "Department Store"),
    ("运输公司", "Transport Company"), ("建筑公司", "Building Company"), ("印刷厂", "Printing Works"),
    ("农业局", "Agriculture Bureau"), ("林业局", "Forestry Bureau"), ("供电局", "Power Bureau"),
    ("税务局", "Tax Office"), ("师范", "Normal School"), ("丝绸厂", "Silk Mill"), ("砖瓦厂", "Brickworks"),
    ("食品公司", "Food Company"), ("烟草公司", "Tobacco Company"), ("药材公司", "Herb Company"),
    ("石油公司", "Oil Company"),
)  # fmt: skip
_ESTATE = (
    ("清河", "Qinghe"), ("滨江", "Binjiang"), ("锦绣", "Jinxiu"), ("金桂", "Jingui"), ("凤鸣", "Fengming"),
    ("水岸", "Shui'an"), ("阳光", "Yangguang"), ("香樟", "Xiangzhang"), ("学府", "Xuefu"), ("翡翠", "Feicui"),
    ("盛世", "Shengshi"), ("和谐", "Hexie"), ("书香", "Shuxiang"), ("东方", "Dongfang"), ("南湖", "Nanhu"),
    ("碧水", "Bishui"), ("华府", "Huafu"), ("嘉和", "Jiahe"), ("泰和", "Taihe"), ("荣盛", "Rongsheng"),
)  # fmt: skip
_PLACES = {
    "park": (
        ("莲池公园", "Lotus Pond Park"), ("文庙小游园", "Wenmiao Garden"), ("北关公园", "Beiguan Park"),
        ("站前游园", "Station Garden"), ("滨河公园", "Riverside Park"), ("新城公园", "New Town Park"),
        ("桃园", "Peach Garden"),
    ),
    "factory": (
        ("清河棉纺厂", "Qinghe Cotton Mill"), ("清河酒厂", "Qinghe Distillery"), ("机车修理厂", "Locomotive Works"),
        ("清河面粉厂", "Qinghe Flour Mill"), ("东郊物流园", "East Logistics Park"),
        ("清河农机厂", "Farm Machinery Works"),
    ),
    "school": (
        ("实验小学", "Experimental Primary School"), ("文庙小学", "Wenmiao Primary School"),
        ("西门小学", "Ximen Primary School"), ("铁路小学", "Railway Primary School"),
        ("南岸小学", "Nan'an Primary School"), ("滨河小学", "Binhe Primary School"),
    ),
}  # fmt: skip
_ESTATE_ENDS = (("花园", "Garden"), ("家园", "Homes"), ("小区", "Estate"), ("苑", "Court"), ("新村", "New Village"))


class Namer:
    """Hands out names; none twice until the list is used up, then with a number."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._streets = dice.shuffled(_STREETS)
        self._danwei = dice.shuffled(_DANWEI)
        ends = [(a + c, f"{b} {d}") for a, b in _ESTATE for c, d in _ESTATE_ENDS]
        self._estates = dice.shuffled(ends)
        self._used = {"street": 0, "danwei": 0, "estate": 0, "park": 0, "factory": 0, "school": 0}

    def _next(self, sort: str) -> int:
        self._used[sort] += 1
        return self._used[sort] - 1

    def street(self, along: NDArray[np.float64]) -> tuple[str, str]:
        """A street's name: 路 or 街 where it is long, 巷 where it is short."""
        n = self._next("street")
        zh, en = self._streets[n % len(self._streets)]
        turn = n // len(self._streets)
        if turn:
            zh, en = zh + "东西南北"[(turn - 1) % 4], f"{en} {('East', 'West', 'South', 'North')[(turn - 1) % 4]}"
        span = along[-1] - along[0]
        length = float(abs(span[0]) + abs(span[1]))
        if length < 190:
            return zh + "巷", en + " Lane"
        return (zh + "路", en + " Road") if abs(span[0]) > abs(span[1]) else (zh + "街", en + " Street")

    def place(self, sort: str) -> tuple[str, str]:
        """The name of a compound, estate, park or works; empty where the sort needs none."""
        if sort == "danwei":
            n = self._next("danwei")
            zh, en = self._danwei[n % len(self._danwei)]
            turn = n // len(self._danwei)
            number = ("", "二", "三", "四")[turn]
            return f"{zh}家属{number + '院' if turn else '院'}", f"{en} Staff Compound" + (f" No. {turn + 1}" if turn else "")
        if sort in {"estate", "towers"}:
            return self._estates[self._next("estate") % len(self._estates)]
        if sort in _PLACES:
            return _PLACES[sort][self._next(sort) % len(_PLACES[sort])]
        return "", ""
