import sqlite3

import pytest

from devops_agent.errors import DevOpsAgentError
from devops_agent.sessions.database import FILE_NAME, MIGRATIONS, Database


def count(connection: sqlite3.Connection) -> int:
    return connection.execute("SELECT count(*) FROM undo").fetchone()[0]


INSERT = "INSERT INTO undo (path, existed, mode, content, digest_after, created) VALUES (x'', 0, 0, x'', '', 0)"


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path):
    database = Database(tmp_path)
    with database.transaction() as connection:
        connection.execute(INSERT)
    with pytest.raises(KeyError), database.transaction() as connection:
        connection.execute(INSERT)
        raise KeyError
    with database.transaction() as connection:
        assert count(connection) == 1


@pytest.mark.parametrize("junk", [b"no database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_moved_aside_and_that_is_said(tmp_path, junk):
    (tmp_path / FILE_NAME).write_bytes(junk)
    database = Database(tmp_path)
    with database.transaction() as connection:
        assert count(connection) == 0
    aside = next(tmp_path.glob("*.damaged-*"))
    assert str(aside) in database.notice
    assert aside.read_bytes() == junk


def test_a_file_of_a_later_version_is_left_alone(tmp_path):
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    before = (tmp_path / FILE_NAME).read_bytes()
    with pytest.raises(DevOpsAgentError, match="a later version") as error, Database(tmp_path).transaction():
        pass
    assert error.value.hint == "update devops-agent"
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_a_folder_that_cannot_be_is_an_error_with_a_hint(tmp_path):
    (tmp_path / "file").touch()
    database = Database(tmp_path / "file" / "state")
    with pytest.raises(DevOpsAgentError, match="cannot use the state database") as error, database.transaction():
        pass
    assert str(error.value).endswith("state.db: Not a directory")
    assert error.value.hint.startswith("set XDG_STATE_HOME to a folder that can be written; DEVOPS_AGENT_STORE=0")


def test_an_empty_file_becomes_a_database(tmp_path):
    (tmp_path / FILE_NAME).touch()
    with Database(tmp_path).transaction() as connection:
        assert count(connection) == 0
