"""A page with nothing on it, and no dashboard around it: what any page is compared with."""

import streamlit as st

st.title("Nothing")
