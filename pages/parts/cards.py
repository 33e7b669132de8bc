"""What is most worth discussing today, a card each: the clearest signal of a theme and place, with its way on."""

from collections.abc import Mapping, Sequence

from metrics import words
from metrics.signals import sentences
from metrics.signals.judgement import Judgement
from metrics.themes import METRICS
from pages.parts import control_chart, discussion, markup, profile
from pages.parts.markup import element, elements, text
from queries.scope import Scope


def show(subjects: Sequence[Sequence[Judgement]], hub_names: Mapping[str, str], whole: str, scope: Scope) -> None:
    """A card for each subject, a theme at a place, in the order given."""
    cards = [_card(number, signals, hub_names, whole, scope) for number, signals in enumerate(subjects, start=1)]
    markup.show(element("ol", elements("li", cards), class_="cards"), "cards")


def _card(number: int, signals: Sequence[Judgement], hub_names: Mapping[str, str], whole: str, scope: Scope) -> str:
    clearest = signals[0]
    metric, place = METRICS[clearest.key], hub_names.get(clearest.hub or "", whole)
    figure, normal = sentences.short(metric, clearest)
    value, _, when = figure.partition(" in ")
    sign = element("span", text(control_chart.sign(clearest)), class_=profile.LOOKS.get(clearest.verdict, ""))
    more = f"; {words.number(len(signals) - 1)} more there" if len(signals) > 1 else ""
    worked = element("strong", text(value)) + element("span", text(f"in {when}" if when else ""))
    inner = [
        element("b", f"{number} {sign} {text(f'{profile.counted_name(metric)}, {place}')}"),
        element("span", worked, class_="figure"),
        profile.course_of(clearest, scope),
        element("small", text(words.capitalised(normal) + more)),
        element("small", text(discussion.LACKS)) if discussion.is_lacking(clearest, scope) else "",
    ]
    said = f"{number}. {control_chart.SIGNS[clearest.verdict]}. {place}: {metric.name}. {sentences.verdict(metric, clearest)}"
    page, choices = profile.to_chart(metric, place if clearest.hub else "")
    return markup.link(page, choices, "".join(inner), aria_label=said)
