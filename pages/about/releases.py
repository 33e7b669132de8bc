"""What the board sees or would see, beside the exact figures; what was left out and why; and who published or withdrew it."""

from datetime import date

import pandas as pd
import streamlit as st

from auth import audit_trail
from auth.readers import Reader
from metrics import words
from metrics.markdown import bullets, code, escaped
from pages.parts import board, cache, memory, tables
from queries.engine import DatabaseUnavailable
from queries.scope import Access
from release import notes as of_board
from release import store
from release.answers import proof, released, summary, views
from release.store import Action, Refused, Stored

reader: Reader = st.session_state.reader
access: Access = st.session_state.access
_BUTTONS: dict[str, tuple[Action, str]] = {
    "proposed": ("publish", "Publish: make it what the board sees"),
    "published": ("withdraw", "Withdraw: take it away from the board"),
}

_DONE = {"publish": "published", "withdraw": "withdrawn"}


def listed(stored: list[Stored]) -> pd.DataFrame:
    """Every release with its state, the latest first."""
    rows = [
        {
            "Release": found.number,
            "Data to": words.day(date.fromisoformat(found.about["data_end"])),
            "Proposed": words.moment(found.proposed_at),
            "State": found.state,
            "Decisions": "; ".join(f"{_DONE[taken.action]} by {taken.by}: {taken.why}" for taken in found.decisions),
        }
        for found in reversed(stored)
    ]
    return pd.DataFrame(rows)


def decide(chosen: Stored) -> None:
    """The button to publish or withdraw a release, with a reason; logged before it is done."""
    if access.role != "command" or chosen.state not in _BUTTONS:
        return
    action, label = _BUTTONS[chosen.state]
    marked = memory.marked_for_board() if action == "publish" else []
    if marked:
        st.write("With it goes what was marked for the board:")
        st.markdown(bullets(f"{note.text} ({of_board.in_words(note)})" for note in marked))
    with st.form("decide", border=True):
        why = st.text_input(
            "Why", max_chars=300, placeholder="Seen by the command team on 24 November, for the board of 3 December"
        )
        pressed = st.form_submit_button(escaped(label), type="primary")
    if not pressed:
        return
    if not why.strip():
        st.error(escaped(f"Say why you {action} release {chosen.number}."))
    elif not audit_trail.record(action, filters={"release": chosen.number}, reason=why.strip()):
        st.error("This cannot be written down at the moment, so it is not done. Try again later.")
    else:
        try:
            with store.writing() as connection:
                store.decide(connection, chosen.number, action, reader.name, why)
                of_board.add(connection, chosen.number, marked if action == "publish" else [])
        except Refused as refusal:
            st.error(escaped(str(refusal)))
            return
        except (OSError, DatabaseUnavailable):
            st.error(
                "The store of releases cannot be written from here: the dashboard's login may only read it. Whoever builds "
                f"releases can: {code(f'python -m release {action} --release {chosen.number} --why ...')}."
            )
            return
        st.session_state.decided = f"Release {chosen.number} is {_DONE[action]}, and this is written down."
        st.rerun()


def beside_exact(release: released.Release) -> None:
    """One table of the release beside the exact figures of the data as they are now."""
    st.header("Beside the exact figures")
    by_name = {told.name: told.key for told in release.told.values() if told.is_told}
    kind = by_name[st.selectbox("Of", list(by_name))]
    frame = cache.beside_exact(access, release.number, kind)
    name = st.selectbox("Table", list(dict.fromkeys(frame["table"])))
    shown = frame[frame["table"] == name]
    dimensions = [
        column for column in ("period", "hub", "age_band", "sex", "ethnicity", "in_care", "split") if shown[column].ne("").any()
    ]
    of_table = pd.DataFrame(
        {
            **{
                words.capitalised(column.replace("_", " ")): [_category(release, column, one) for one in shown[column]]
                for column in dimensions
            },
            "Exact": shown["exact"].tolist(),
            "The board sees": [views.shown(released.number(int(one))) for one in shown["shown"]],
            "Moved by": shown["moved"].tolist(),
        }
    )
    far = frame["moved"].abs()
    st.write(
        escaped(
            f"Of all {len(frame):,} numbers of {words.uncapitalised(release.told[kind].name)}, {(far == 0).sum():,} are shown as "
            f"they are, and none moved by more than {int(far.max())}."
            if far.notna().any()
            else "The data no longer hold what this release tells of."
        )
    )
    tables.listing(of_table, f"release-{release.number}-{kind}", of_table.assign(**{"The board sees": shown["shown"].tolist()}))


def _category(release: released.Release, column: str, one: str) -> str:
    if not one or column == "split":
        return one
    if column == "period":
        return words.cell("quarter", one, {}) if "/" not in one else one
    return views.category(release, column, one)


st.title("Releases for the board")
st.write(
    "The board sees only what is released: a closed set of tables, rounded once, attacked before it is published, and stored "
    "apart. Building proposes a release; a person publishes it. What is published can be followed or withdrawn, never changed."
)
try:
    with store.reading() as connection:
        stored = store.all_releases(connection)
except store.StoreMissing as missing:
    st.info(escaped(missing), icon=":material/hourglass_empty:")
    st.stop()
if not stored:
    st.info("There is no release yet: `python -m release build` proposes one.", icon=":material/hourglass_empty:")
    st.stop()
tables.listing(listed(stored), "releases")
number = st.selectbox("Release", [found.number for found in reversed(stored)])
chosen = next(found for found in stored if found.number == number)
with store.reading() as connection:
    release = released.of(chosen, store.cells_of(connection, chosen.number))
st.write(escaped(proof.of(release)))
if decided := st.session_state.pop("decided", ""):
    st.success(escaped(decided))
decide(chosen)
latest = board.latest()
is_seen = latest is not None and latest.number == chosen.number
st.header("What the board sees first" if is_seen else "What the board would see first")
board.table(summary.glance(release))
st.header("Told together or left out, and why")
coarser = proof.coarser(release, with_reason=True)
if coarser.empty:
    st.write("Nothing: every table of the menu is told.")
else:
    board.table(coarser)
beside_exact(release)
