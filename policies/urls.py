from django.urls import path

from policies.views import adoption, figures, rules


urlpatterns = [
    path("rules/", rules.RuleList.as_view(), name="rule-list"),
    path("rules/adoption/", adoption.AdoptionEdit.as_view(), name="adoption-edit"),
    path("rules/<str:identity>/own/", figures.RuleOwn.as_view(), name="rule-own"),
    path("rules/<str:identity>/withdraw/", figures.RuleWithdraw.as_view(), name="rule-withdraw"),
    path("rules/<str:identity>/drop/", figures.RuleDrop.as_view(), name="rule-drop"),
]
