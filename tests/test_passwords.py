"""No command prints the password of an address, wherever it stands in it, and whether or not the address can be read."""

import pytest

from demo.__main__ import main as demo
from ingest.__main__ import main as ingest
from metrics.__main__ import main as metrics
from queries.row_level_security.__main__ import main as row_level_security
from release.__main__ import main as release

EXTRACTS = "tests/ingest/fixtures"
COMMANDS = {
    "metrics": (metrics, ["show", "searches", "--database"]),
    "ingest": (ingest, [EXTRACTS, "--database"]),
    "ingest facts": (ingest, ["facts", "--database"]),
    "demo": (demo, ["--database"]),
    "row_level_security": (row_level_security, ["check", "--database"]),
    "release": (release, ["list"]),
}
ADDRESSES = (
    "postgresql://reader:hush@127.0.0.1:9/name",
    "postgresql://127.0.0.1:9/name?user=reader&password=hush",
    "postgresql://reader:hush%40hush@127.0.0.1:9/name",
    "postgresql://reader:hush@hush/hush@127.0.0.1:9/name",
    "postgresql://reader:hush@host:hush/name",
    "postgresql:/reader:hush@127.0.0.1/name",
    "postgresql://reader:hush@127.0.0.1:9/name?hush=hush",
    "nonesuch://reader:hush@127.0.0.1:9/name",
    "reader:hush",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_prints_the_password_of_an_address(monkeypatch, capsys, command):
    run, arguments = COMMANDS[command]
    for address in ADDRESSES:
        monkeypatch.setenv("RELEASE_URL", address)
        assert run([*arguments, address] if arguments[-1] == "--database" else arguments) > 0, address
        said = capsys.readouterr()
        assert said.err.strip() and "hush" not in said.out + said.err, address
        assert "Traceback" not in said.err, address
