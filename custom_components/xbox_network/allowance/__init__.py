"""The play time that a person is allowed: rules of weekdays and dates, and the bonus of a day."""

from .allowance import Allowance
from .rule import DAY_MINUTES, DateRule, Rule, RuleProblem

__all__ = ["DAY_MINUTES", "Allowance", "DateRule", "Rule", "RuleProblem"]
