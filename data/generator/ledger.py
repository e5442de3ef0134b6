"""The lists by hand: services, candidate sites, what residents ask for. All invented."""

from __future__ import annotations

_MEALS = "Mo-Su 10:30-13:00,16:30-18:30"
_LUNCH = "Mo-Su 10:45-12:45"
_OFFICE = "Mo-Fr 08:30-12:00,14:00-17:30"
_DAYS = "Mo-Su 08:00-18:00"
_CLINIC = "Mo-Su 08:00-12:00,14:00-17:30"

# kind, name, English name, x, y (metres on the plane), status, capacity, opening hours
FACILITIES: tuple[tuple[str, str, str, float, float, str, int, str], ...] = (
    ("canteen", "鼓楼社区食堂", "Gulou Community Canteen", 30, 230, "existing", 320, _MEALS),
    ("canteen", "文庙社区食堂", "Wenmiao Community Canteen", -730, 480, "existing", 220, _MEALS),
    ("canteen", "水关巷社区食堂", "Shuiguan Lane Canteen", -560, -60, "existing", 160, _MEALS),
    ("canteen", "西门社区食堂", "Ximen Community Canteen", -1380, 380, "existing", 180, _MEALS),
    ("canteen", "北关社区食堂", "Beiguan Community Canteen", -230, 1020, "existing", 260, _MEALS),
    ("canteen", "纺织社区食堂", "Fangzhi Community Canteen", 500, 960, "existing", 240, _MEALS),
    ("canteen", "解放路社区食堂", "Jiefang Road Canteen", 530, 330, "existing", 200, _MEALS),
    ("canteen", "站前社区食堂", "Zhanqian Community Canteen", 620, -160, "existing", 200, _MEALS),
    ("canteen", "南岸社区食堂", "Nan'an Community Canteen", -60, -1110, "existing", 240, _MEALS),
    ("canteen", "新城社区食堂", "Xincheng Community Canteen", 640, -1000, "existing", 260, _MEALS),
    ("canteen", "铁东社区食堂（已停用）", "Tiedong Community Canteen (closed)", 1330, 420, "closed", 150, _MEALS),
    ("meal_point", "书院老年助餐点", "Shuyuan Meal Point", -880, 560, "existing", 50, _LUNCH),
    ("meal_point", "山前老年助餐点", "Shanqian Meal Point", -800, 860, "existing", 40, _LUNCH),
    ("meal_point", "机务段助餐点", "Engine Shed Meal Point", 1260, 780, "existing", 60, _LUNCH),
    ("meal_point", "东环助餐点", "East Ring Meal Point", 1720, 430, "closed", 40, _LUNCH),
    ("meal_point", "滨河小区助餐点", "Binhe Estate Meal Point", -700, -900, "existing", 80, _LUNCH),
    ("meal_point", "农贸市场助餐点", "Market Meal Point", -1180, 520, "existing", 60, _LUNCH),
    ("meal_point", "石桥村助餐点", "Shiqiao Village Meal Point", 60, -2230, "existing", 50, _LUNCH),
    ("meal_point", "上柳村助餐点（筹建）", "Shangliu Village Meal Point (planned)", -2060, -2260, "proposed", 40, _LUNCH),
    ("day_care", "鼓楼日间照料中心", "Gulou Day-care Centre", -250, 330, "existing", 40, _DAYS),
    ("day_care", "北关日间照料中心", "Beiguan Day-care Centre", 80, 1150, "existing", 35, _DAYS),
    ("day_care", "西门日间照料中心", "Ximen Day-care Centre", -1180, 300, "existing", 30, _DAYS),
    ("day_care", "站前日间照料中心", "Zhanqian Day-care Centre", 420, 80, "existing", 30, _DAYS),
    ("day_care", "南岸日间照料中心", "Nan'an Day-care Centre", 130, -800, "existing", 36, _DAYS),
    ("day_care", "铁东日间照料中心", "Tiedong Day-care Centre", 1500, 560, "existing", 30, _DAYS),
    ("day_care", "新城日间照料中心（筹建）", "Xincheng Day-care Centre (planned)", 640, -1180, "proposed", 50, _DAYS),
    ("elder_activity", "鼓楼老年活动中心", "Gulou Activity Centre", 60, 400, "existing", 420, _DAYS),
    ("elder_activity", "文庙老年活动室", "Wenmiao Activity Room", -620, 520, "existing", 160, _DAYS),
    ("elder_activity", "凤山老年活动室", "Fengshan Activity Room", -1200, 900, "existing", 120, _DAYS),
    ("elder_activity", "北关老年活动中心", "Beiguan Activity Centre", -380, 1180, "existing", 260, _DAYS),
    ("elder_activity", "纺织厂老年活动中心", "Cotton Mill Activity Centre", 450, 1080, "existing", 380, _DAYS),
    ("elder_activity", "机厂老年活动中心", "Works Activity Centre", 1620, -160, "existing", 300, _DAYS),
    ("elder_activity", "铁东老年活动室", "Tiedong Activity Room", 1420, 1000, "closed", 140, _DAYS),
    ("elder_activity", "滨河老年活动中心", "Binhe Activity Centre", -560, -1250, "existing", 280, _DAYS),
    ("elder_activity", "石桥村老年活动室", "Shiqiao Village Activity Room", -60, -2210, "existing", 180, _DAYS),
    ("elder_activity", "东庄村老年活动室", "Dongzhuang Village Activity Room", 1960, -2280, "existing", 110, _DAYS),
    ("love_station", "解放路爱心驿站", "Jiefang Road Love Station", -420, 150, "existing", 24, "24/7"),
    ("love_station", "人民路爱心驿站", "Renmin Road Love Station", 260, 640, "existing", 20, "Mo-Su 07:00-22:00"),
    ("love_station", "汽车站爱心驿站", "Bus Station Love Station", 760, -60, "existing", 30, "Mo-Su 06:00-22:00"),
    ("love_station", "火车站爱心驿站", "Railway Station Love Station", 900, 420, "existing", 30, "24/7"),
    ("love_station", "西门爱心驿站", "Ximen Love Station", -1040, 420, "existing", 16, "Mo-Su 07:00-20:00"),
    ("love_station", "清河大道爱心驿站", "Qinghe Avenue Love Station", -330, -1000, "existing", 18, "Mo-Su 07:00-21:00"),
    ("love_station", "新城骑手驿站", "Xincheng Riders' Station", 860, -1080, "existing", 22, "Mo-Su 09:00-23:00"),
    ("love_station", "东环司机之家", "East Ring Drivers' Home", 1830, 160, "existing", 26, "24/7"),
    ("love_station", "北环环卫驿站", "North Ring Sweepers' Station", -500, 1320, "existing", 12, "Mo-Su 05:00-19:00"),
    (
        "love_station",
        "滨河公园爱心驿站（筹建）",
        "Riverside Park Love Station (planned)",
        -1200,
        -680,
        "proposed",
        16,
        "Mo-Su 07:00-20:00",
    ),
    ("service_station", "鼓楼社区服务站", "Gulou Service Station", -60, 260, "existing", 800, _OFFICE),
    ("service_station", "文庙社区服务站", "Wenmiao Service Station", -700, 240, "existing", 620, _OFFICE),
    ("service_station", "西门社区服务站", "Ximen Service Station", -1300, 560, "existing", 600, _OFFICE),
    ("service_station", "凤山社区服务站", "Fengshan Service Station", -1080, 880, "existing", 420, _OFFICE),
    ("service_station", "北关社区服务站", "Beiguan Service Station", -250, 900, "existing", 700, _OFFICE),
    ("service_station", "铁东社区服务站", "Tiedong Service Station", 1500, 700, "existing", 560, _OFFICE),
    ("service_station", "南岸社区服务站", "Nan'an Service Station", 60, -1180, "existing", 650, _OFFICE),
    ("service_station", "新城社区服务站", "Xincheng Service Station", 520, -900, "existing", 900, _OFFICE),
    ("service_station", "清源社区服务站", "Qingyuan Service Station (merged villages)", 330, -2200, "existing", 480, _OFFICE),
    ("health_station", "鼓楼卫生服务站", "Gulou Health Station", -300, 560, "existing", 90, _CLINIC),
    ("health_station", "西门卫生服务站", "Ximen Health Station", -1500, 560, "existing", 70, _CLINIC),
    ("health_station", "北关卫生服务站", "Beiguan Health Station", 120, 950, "existing", 80, _CLINIC),
    ("health_station", "站前卫生服务站", "Zhanqian Health Station", 460, -180, "existing", 70, _CLINIC),
    ("health_station", "铁东卫生服务站", "Tiedong Health Station", 1380, 620, "existing", 60, _CLINIC),
    ("health_station", "滨河卫生服务站", "Binhe Health Station", -600, -850, "existing", 70, _CLINIC),
    ("health_station", "新城卫生服务站", "Xincheng Health Station", 700, -1250, "existing", 80, _CLINIC),
    ("health_station", "石桥村卫生室", "Shiqiao Village Clinic", 150, -2240, "existing", 40, _CLINIC),
)

# sort, name, English name, x, y, floor area in square metres, cost in yuan (fitting out or first year's support)
CANDIDATES: tuple[tuple[str, str, str, float, float, int, int], ...] = (
    (
        "idle_ground_floor",
        "机务段家属院一层闲置用房",
        "Idle ground floor, Engine Shed compound",
        1280,
        620,
        260,
        420_000,
    ),
    ("idle_ground_floor", "铁东路12号底商", "Vacant shop, 12 Tiedong Road", 1430, 380, 180, 360_000),
    ("idle_house", "铁东原粮站", "Former grain station, Tiedong", 1640, 900, 420, 680_000),
    ("merchant", "老马面馆", "Lao Ma Noodles", 1560, 560, 90, 60_000),
    ("idle_ground_floor", "机厂俱乐部一层", "Works Club, ground floor", 1560, -120, 380, 520_000),
    ("merchant", "机厂门口饭店", "Works Gate Restaurant", 1700, -240, 120, 70_000),
    ("idle_house", "凤山巷旧祠堂", "Old ancestral hall, Fengshan Lane", -1180, 960, 150, 300_000),
    ("idle_house", "凤山民房（空置）", "Empty house on Phoenix Hill", -1420, 900, 80, 140_000),
    ("merchant", "山脚人家", "Foothill Kitchen", -1060, 860, 110, 65_000),
    ("idle_ground_floor", "滨河花园物业用房", "Management rooms, Riverside Garden", -1180, -800, 210, 330_000),
    ("idle_ground_floor", "水岸小区底层闲置用房", "Idle ground floor, Shui'an Estate", -900, -1240, 240, 380_000),
    ("merchant", "渡口小馆", "Ferry Kitchen", -760, -720, 95, 60_000),
    ("idle_ground_floor", "学府路底商", "Vacant shop, Xuefu Road", 860, -1150, 200, 400_000),
    ("idle_ground_floor", "新城便民中心二期", "Xincheng service centre, phase 2", 600, -900, 450, 900_000),
    ("merchant", "学府餐厅", "Xuefu Restaurant", 720, -1050, 160, 80_000),
    ("idle_house", "原水关小学", "Former Shuiguan primary school", -640, -200, 360, 560_000),
    ("merchant", "码头饭庄", "Wharf Restaurant", -180, -300, 140, 75_000),
    ("idle_ground_floor", "纺织厂旧托儿所", "Former mill nursery", 480, 1160, 300, 450_000),
    ("idle_house", "石桥村旧村部", "Former village office, Shiqiao", 110, -2220, 220, 260_000),
    ("idle_house", "上柳村旧小学", "Former primary school, Shangliu", -2060, -2230, 340, 320_000),
    ("idle_house", "东庄村旧村部", "Former village office, Dongzhuang", 1900, -2250, 180, 220_000),
    ("merchant", "东庄农家乐", "Dongzhuang Farm Kitchen", 2080, -2200, 150, 70_000),
    ("idle_house", "白鹭洲渡工房", "Ferryman's house, Egret Islet", -1120, -340, 70, 110_000),
    ("idle_ground_floor", "北环路底商", "Vacant shop, North Ring Road", -680, 1240, 170, 340_000),
)

# kind, place, x, y, how many
REQUESTS: tuple[tuple[str, str, float, float, int], ...] = (
    ("canteen", "铁东", 1480, 700, 14), ("canteen", "机厂", 1600, -150, 11), ("canteen", "凤山", -1250, 900, 9),
    ("canteen", "滨河", -1150, -850, 8), ("canteen", "新城", 640, -1150, 8), ("canteen", "水关", -600, -200, 5),
    ("canteen", "上柳村", -2060, -2250, 5), ("canteen", "东庄村", 1950, -2260, 4),
    ("meal_point", "白鹭洲", -1120, -350, 3), ("meal_point", "石桥村", 60, -2230, 3),
    ("day_care", "机厂", 1600, -200, 4), ("day_care", "滨河", -900, -1200, 4), ("love_station", "北环路", 200, 1280, 4),
    ("love_station", "清河大道", 860, -1080, 4), ("love_station", "解放路", -420, 180, 3),
    ("health_station", "凤山", -1330, 880, 5), ("health_station", "东庄村", 1960, -2260, 3),
    ("service_station", "机厂", 1560, -120, 4), ("elder_activity", "新城", 600, -820, 4), ("way", "铁东", 1180, 300, 6),
    ("way", "滨河", -1300, -500, 4), ("way", "凤山", -1200, 880, 5),
)  # fmt: skip

# Chinese and English; {place} is filled in Chinese only
PHRASES: dict[str, tuple[tuple[str, str], ...]] = {
    "canteen": (
        (
            "{place}这边老人吃饭要走很远，希望就近开一个食堂。",
            "Old people here walk far for a meal; please open a canteen nearby.",
        ),
        ("老两口做饭不方便，{place}能不能有个社区食堂？", "Cooking is hard for the two of us; could there be a canteen here?"),
        (
            "过铁路过河去吃饭不安全，请在{place}设食堂。",
            "Crossing the railway or the river to eat is not safe; please put a canteen here.",
        ),
    ),
    "meal_point": (
        ("{place}老人少，设个取餐点也行。", "We are few; a meal point would do."),
        ("希望每天中午把饭送到{place}。", "Please bring lunch here every day."),
    ),
    "day_care": (("白天子女上班，{place}没有照料的地方。", "Our children work by day and there is no day-care here."),),
    "love_station": (
        ("送外卖的没地方歇脚，{place}建个驿站吧。", "Riders have nowhere to rest; please set up a station."),
        (
            "夏天扫街没处喝水，请在{place}加个爱心驿站。",
            "Sweepers have nowhere to get water in summer; please add a love station.",
        ),
    ),
    "health_station": (
        ("{place}量血压、拿药都要下山或进城。", "For blood pressure and medicine we must go down the hill or into town."),
    ),
    "service_station": (("{place}办事要跑到铁路那边。", "For any paperwork we must go across the railway."),),
    "elder_activity": (
        ("{place}老人多了，想要个下棋活动的地方。", "There are more old people now; we want a place for chess and activities."),
    ),
    "way": (
        ("{place}的路绕得太远，能不能开个门或者修条近路？", "The way round is too long; could a gate or a short cut be made?"),
        ("台阶太陡，请在{place}加扶手。", "The steps are steep; please add handrails."),
    ),
}

STATES: tuple[tuple[str, float], ...] = (("open", 5.0), ("in_progress", 3.0), ("done", 2.5), ("declined", 0.8))
