"""What an officer fills in when a published event changes, or is held once more."""

from __future__ import annotations

from django import forms

from gongjia.faces.console.events.plan_forms import HourField, MomentField
from gongjia.faces.shared.fields import CountField, DayField, Mended, NoteField
from gongjia.work.events import kinds


class ChangeForm(forms.Form):
    """What may still change once it is published."""

    title = Mended(label="活动名称", max_length=120, wide="full")
    place = Mended(label="地点", max_length=120, required=False, wide="full")
    summary = NoteField(label="说明", rows=4, max_length=2000, required=False)
    contact_phone = Mended(label="咨询电话", max_length=40, required=False)
    closes_on = DayField(label="报名截止", required=False, help_text="含当天，到 24:00。")
    closes_time = HourField(label="截止在几点", required=False, help_text="不填就是当天 24:00。")
    free_until = MomentField(label="最晚什么时候取消不算爽约", required=False, help_text="只能往后推，不能提前。")
    hold_hours = CountField(label="递补名额保留", unit="小时", min_value=kinds.HOLD_HOURS, max_value=240)
    door_minutes_early = CountField(label="提前多久开始签到", unit="分钟", max_value=720)
    certificate = forms.BooleanField(label="学完发培训证书", required=False)
    waiting_list = forms.BooleanField(label="名额满了可以排候补", required=False)
    why = NoteField(label="为什么改", required=False, max_length=200, rows=2, help_text="会写在给报名职工的通知里。")


class SessionForm(forms.Form):
    """One session at another time or place, or not at all."""

    starts_at = MomentField(label="开始")
    ends_at = MomentField(label="结束")
    place = Mended(label="地点", max_length=120, required=False, help_text="不填就是活动的地点。")
    minutes = CountField(label="计多少学时、服务时长", unit="分钟", max_value=10000)
    called_off = forms.BooleanField(label="这一场不办了", required=False)
    why = NoteField(label="为什么改", required=False, max_length=200, rows=2, help_text="会写在给报名职工的通知里。")


class CopyForm(forms.Form):
    """A series: so many copies, so far apart."""

    every = CountField(label="每隔", unit="天", min_value=1, max_value=365, help_text="每周一场填 7。")
    times = CountField(label="再办几场", unit="场", min_value=1, max_value=30)
