"""A meeting is a disclosure: before the board's first figure it is asked which meeting this is and who is there, and logged."""

from dataclasses import dataclass

import streamlit as st

from auth import audit_trail
from release.answers.released import Release

_LONGEST = 1000  # letters of an answer


@dataclass(frozen=True)
class Meeting:
    """A meeting that a release is shown at: its name, who is present, and the number of the release."""

    name: str
    present: str
    release: int


def of_session(release: Release) -> Meeting | None:
    """The meeting that the session has named for this release; None where it has not."""
    meeting: Meeting | None = st.session_state.get("meeting")
    return meeting if meeting and meeting.release == release.number else None


def ask(release: Release) -> None:
    """Ask for the meeting, log it, and begin the page again; no figure is shown until that is done."""
    st.title("Which meeting is this?")
    st.write(
        "What is shown here leaves the force, so it is written down who it was shown to, with the number of the release. "
        "Write organisations and roles. Never write the name of a child, or of anybody's family."
    )
    with st.form("which-meeting", border=False):
        name = st.text_input("Meeting", max_chars=_LONGEST, placeholder="Youth offending partnership board, quarter 3")
        present = st.text_area(
            "Who is present", max_chars=_LONGEST, placeholder="Police, youth justice service, both councils, health"
        )
        pressed = st.form_submit_button("Show the figures", type="primary")
    if not pressed:
        return
    if not name.strip() or not present.strip():
        st.error(f"Say both which meeting this is and who is present, each in up to {_LONGEST:,} letters.")
        return
    meeting = Meeting(name.strip(), present.strip(), release.number)
    said = {"release": meeting.release, "meeting": meeting.name, "present": meeting.present}
    if not audit_trail.record("meeting", filters=said):
        st.error("The meeting cannot be written down at the moment, so no figures are shown. Try again later.")
        return
    st.session_state.meeting = meeting
    st.rerun()
