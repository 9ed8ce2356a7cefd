"""我的账号与安全, and 使用帮助: what everybody in the console has, whatever the post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from gongjia.faces.shared.jinja import link_to
from gongjia.faces.shared.marks import Link
from gongjia.faces.shared.pages import Fact, Page
from gongjia.faces.shared.policy import Policy
from gongjia.report import powers as report_powers
from gongjia.who.accounts import queries as accounts
from gongjia.who.members import powers as member_powers
from gongjia.who.orgs import powers as org_powers
from gongjia.work.programmes import powers as programme_powers

OFFICER = Policy("officer")


class Me(Page):
    """Who I am here: posts, log-in, devices. Own data as a member are in the portal."""

    title = "我的账号与安全"
    policy = OFFICER
    template = "console/me.html"

    def context(self) -> dict[str, Any]:
        account = self.request.user
        staff = account.requires_second_factor
        safety = [
            Fact("姓名", account.display_name),
            Fact("登录手机号", accounts.masked_phone(account) or "还没有"),
            Fact("正在登录的设备", accounts.devices(account).count(), "number"),
            Fact(
                "动态口令", ("已绑定" if accounts.has_factor(account) else "下次登录时绑定") if staff else "岗位不要求"
            ),
        ]
        if staff:
            safety.append(Fact("没用过的备用码", accounts.recovery_left(account), "number"))
        wanted = (
            ("登录设备和动态口令", "login:devices", "devices"),
            ("更换登录手机号", "login:phone", "device-mobile"),
            ("接口令牌", "console:setup_tokens", "key"),
            ("消息", "console:inbox", "bell"),
            ("会员门户", "portal:home", "id-badge-2"),
        )
        links = [Link(label, address, icon) for label, name, icon in wanted if (address := link_to(name))]
        return {"safety": safety, "links": links, "posts": self.actor.posts}


@dataclass(frozen=True)
class Topic:
    """One question that officers ask, and its answer step by step."""

    title: str
    steps: tuple[str, ...]
    url: str = ""
    go: str = ""
    power: str = ""


TOPICS = (
    Topic(
        "每天从哪里开始",
        (
            "打开“工作台”，“待办”里是等您办的事，逾期的排在最前面。点一件，办完它就从清单里消失。",
            "右上角的铃是发给您的消息；最上面的搜索框可以查会员姓名、拼音首字母、完整证件号，也可以查工会。",
            "您有几个岗位的，点左上角的工会名称切换。",
        ),
        "console:home", "去工作台",
    ),
    Topic(
        "怎样导入会员名册",
        (
            "把单位的人员表（Excel）原样上传，系统自己认表头，认错的列改一下，下次会记住。",
            "逐格检查：哪一行、哪一列、什么问题都列出来；没有问题的行先导入，有问题的行可以下载，改好再传。",
            "传错了，只要还没有办后续的事，可以整批撤销。",
        ),
        "console:roster_new", "导入名册", member_powers.IMPORT,
    ),
    Topic(
        "会员换了单位、退会、去世，怎么办",
        (
            "换单位用“转出”：新单位的工会接收后，会籍跟过去，不用重新入会。",
            "暂时没有单位的用“保留会籍”；本人不再做会员的用“退会”；“除名”是另一件事，要有会员大会的决定。",
            "这几件分别办理，办完都能在会员页面的办理记录里看到。",
        ),
        "console:members", "去会员", member_powers.TRANSFER,
    ),
    Topic(
        "会员登不上怎么办",
        (
            "在会员页面点“打印登录条”，当面交给本人，可以登录一次并留下新的手机号。",
            "手机丢了、动态口令用不了，由乡镇（街道）工会在会员页面点“账号办理”，先核对本人身份证件。",
        ),
        "console:members", "去会员", "accounts.slip",
    ),
    Topic(
        "怎样新建、撤销工会",
        (
            "还没有批复的先“登记筹建”，批复后在它的页面点“批准成立”，批复文号和文件都要有。已经批复的直接“登记建会”。",
            "更名、调整隶属、合并、撤销在工会页面的“其他办理”里，由上一级工会办理；以前的报表仍用原来的名称和上级。",
        ),
        "console:orgs", "去工会", org_powers.FOUND,
    ),
    Topic(
        "下面的工会没人办，怎么办",
        (
            "“看谁迟了”里勾选工会，一键催办，或者复制成群通知发到群里；催过几次、谁收到了都有记录。",
            "确实要替它办的，点“代办”：从那时起只看到这一家，每件事都记您和它两个名字，办完点“结束代办”。",
        ),
        "console:orgs_desk", "看谁迟了", org_powers.CHASE,
    ),
    Topic(
        "总结里的数字从哪里来",
        (
            "点任何一个数字，就看到它背后的每一条记录；“口径”说明算的是什么、不算什么。",
            "没有记录的数由各部门手工填报，要附凭据，页面上会注明是填报的。",
            "定稿以后数字不再变；之后有人更正了记录，“定稿后的变动”会指出是哪一个数、哪一条记录。",
        ),
        "console:reports", "工作总结", report_powers.READ,
    ),
    Topic(
        "怎样开一个申报项目",
        (
            "“申报项目”右上角点“新开一轮”：有专门规则的选类型，常用的选模板，每年都办的照去年那一轮，都没有就用“通用申报”自己定。",
            "一步一步填：申报表的栏目、条件、由哪几级审核、名额和金额、公示。右边能看到手机上的样子。发布以前都可以改。",
            "名额可以下达到乡镇（街道），用不完的可以退回。截止时间能延长；取消要写原因，系统会告诉每一位申报人。",
        ),
        "console:programmes_new", "新开一轮", programme_powers.OPEN,
    ),
    Topic(
        "怎样审核申报",
        (
            "“待我审核”里快到期的排在前面。打开一件，条件符不符合、依据什么、材料、以前得过什么都在一页上。",
            "键盘：j 下一件，k 上一件，p 通过，r 退回补正，d 不通过。退回和不通过要写原因，申报人看得到。",
            "勾选几件可以一起通过，系统仍逐件核对，不符合的会列出来并说明原因。",
        ),
        "console:programmes_review", "去审核", programme_powers.REVIEW,
    ),
    Topic(
        "为什么看不到完整的证件号和手机号",
        (
            "完整号码加密保存，平时只显示一部分。确因工作需要的，点“查看完整号码”，写明理由；每次查看都有记录。",
            "名单导出也只有部分号码。",
        ),
    ),
)  # fmt: skip


class Guide(Page):
    """Answers to what officers ask, only for what this person may do."""

    title = "使用帮助"
    lead = "按您的岗位列出。还有不清楚的，请问上一级工会。"
    policy = OFFICER
    template = "console/guide.html"

    def context(self) -> dict[str, Any]:
        topics = [topic for topic in TOPICS if not topic.power or self.actor.holds(topic.power)]
        return {"topics": [(topic, reverse(topic.url) if topic.url else "") for topic in topics]}
