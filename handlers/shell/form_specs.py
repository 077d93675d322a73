"""Register of all forms, handed to handlers as ``context.specs``: who may fill in each, and what sending it does."""

from __future__ import annotations

from handlers.birth import birth, birth_form, naming, new_pregnancy, new_pregnancy_form
from handlers.chat import policy
from handlers.chat.context import FormSpec
from handlers.data_officer import requests
from handlers.duty import duty
from handlers.family import paper_consent
from handlers.joining import self_join
from handlers.measuring import remeasure
from handlers.referral import examined
from handlers.visit import acting, child_form, child_submit, filing, opening, practice, pregnancy_form, pregnancy_submit

# By the name under which drafts and visits are stored: a name never changes.
FORM_SPECS: dict[str, FormSpec] = {
    opening.CHILD: FormSpec(
        child_form.ChildVisit,
        child_submit.submit,
        policy.may_visit,
        child_form.facts,
        live=filing.live_facts,
        watch=acting.watch,
        refused=child_submit.refused,
        asks_why=acting.asks_why,
    ),
    opening.PREGNANCY: FormSpec(
        pregnancy_form.PregnancyVisit,
        pregnancy_submit.submit,
        policy.may_visit,
        pregnancy_form.facts,
        live=filing.live_facts,
        watch=acting.watch,
        refused=acting.refused,
        asks_why=acting.asks_why,
    ),
    examined.FORM: FormSpec(examined.ReferralSeen, examined.submit, policy.may_see_referral),
    remeasure.FORM: FormSpec(remeasure.Remeasure, remeasure.submit, policy.may_measure),
    self_join.FORM: FormSpec(self_join.SelfJoin, self_join.submit, policy.may_join, counts_from_today=True),
    birth.FORM: FormSpec(
        birth_form.Birth,
        birth.submit,
        policy.may_tell,
        birth.facts,
        live=birth.live_facts,
        counts_from_today=True,
        yields_to_urgent=True,
    ),
    new_pregnancy.FORM: FormSpec(
        new_pregnancy_form.Expecting,
        new_pregnancy.submit,
        policy.may_expect,
        new_pregnancy.facts,
        counts_from_today=True,
        yields_to_urgent=True,
    ),
    practice.FORM: FormSpec(
        child_form.ChildVisit, practice.submit, policy.may_practice, practice.facts, banner=practice.BANNER
    ),
    duty.FORM: FormSpec(duty.DutyForm, duty.submit, policy.may_enter_duty, duty.facts, counts_from_today=True),
    paper_consent.FORM: FormSpec(
        paper_consent.Paper,
        paper_consent.submit,
        policy.may_enter_consent,
        paper_consent.facts,
        counts_from_today=True,
    ),
    requests.FORM: FormSpec(requests.Answer, requests.submit, policy.may_answer_data, requests.facts),
    naming.FORM: FormSpec(naming.Naming, naming.submit, policy.may_tell, naming.facts, yields_to_urgent=True),
}
