"""The dashboard: `streamlit run app.py` imports this file once, to serve it, and runs it as a script for each reader."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True):  # only a reader's session has one
    from pages.parts import dashboard

    dashboard.run()
else:
    from starlette.middleware import Middleware
    from streamlit.runtime import memory_media_file_storage

    from auth import files, sign_in
    from auth.gate import Gate

    sign_in.check()
    # Otherwise the first session of a server looks for scripts in pages/ itself, and tells whoever follows a link to a page
    # that there is no such page.
    PagesManager.uses_pages_directory = False
    # A server takes its storage of files from there, and its own lets go of them before their reader has them.
    memory_media_file_storage.MemoryMediaFileStorage = files.Storage  # type: ignore[misc]
    # Streamlit finds this line by reading the file, before it imports it: it must stay here, and as plain as this.
    app = st.App(__file__, middleware=[Middleware(Gate)])
