"""``bespeak lab``: which folder, which browser, and two programs that start and stop together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import webbrowser
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from bespeak import child, lab
from bespeak.child import StartError, served_sandbox
from bespeak.cli import main
from bespeak.errors import InputError
from bespeak.lab_socket import PromptConnection
from bespeak.working_copies import shipped_notebooks

ROOT = Path(__file__).parents[2]
READY = "import json, sys; print(json.dumps({'url': 'http://127.0.0.1:1', 'token': 't', 'seed': 1}), flush=True); "


def _sandbox(code: str) -> list[str]:
    return [sys.executable, "-c", code]


class TestFolder:
    def test_it_is_bespeak_in_the_home_folder(self, tmp_path):
        assert lab.choose_folder(None, {}, tmp_path) == tmp_path / "bespeak"

    def test_the_environment_names_another(self, tmp_path):
        assert lab.choose_folder(None, {"BESPEAK_FOLDER": str(tmp_path / "a")}, tmp_path) == tmp_path / "a"

    def test_the_argument_wins(self, tmp_path):
        asked = str(tmp_path / "b")
        assert lab.choose_folder(asked, {"BESPEAK_FOLDER": str(tmp_path / "a")}, tmp_path) == tmp_path / "b"

    def test_a_checkout_in_the_home_folder_keeps_its_name(self, monkeypatch, tmp_path):
        monkeypatch.setattr(lab, "shipped_notebooks", lambda: tmp_path / "bespeak" / "notebooks")
        assert lab.choose_folder(None, {}, tmp_path) == tmp_path / "bespeak-notebooks"

    @pytest.mark.parametrize("folder", [shipped_notebooks(), shipped_notebooks().parent])
    def test_the_toolkits_own_folders_are_refused(self, folder, tmp_path):
        with pytest.raises(InputError, match="belongs to the toolkit itself"):
            lab.choose_folder(str(folder), {}, tmp_path)


class TestBrowser:
    def test_a_desktop_has_one(self):
        assert lab.has_browser({"DISPLAY": ":0"}, "linux", object)

    def test_a_terminal_without_a_display_has_none(self):
        assert not lab.has_browser({}, "linux", object)

    def test_a_named_browser_counts(self):
        assert lab.has_browser({"BROWSER": "wslview"}, "linux", object)

    def test_windows_and_macos_need_no_display(self):
        assert lab.has_browser({}, "win32", object)
        assert lab.has_browser({}, "darwin", object)

    def test_a_display_without_a_browser_has_none(self):
        def none_there():
            raise webbrowser.Error

        assert not lab.has_browser({"DISPLAY": ":0"}, "linux", none_there)


class TestSandbox:
    def test_its_address_is_the_url_and_the_token(self, tmp_path):
        with served_sandbox(_sandbox(READY + "sys.stdin.read()"), tmp_path / "log") as sandbox:
            assert sandbox.address == {"url": "http://127.0.0.1:1", "token": "t"}

    def test_it_ends_with_the_block(self, tmp_path):
        with served_sandbox(_sandbox(READY + "sys.stdin.read()"), tmp_path / "log") as sandbox:
            assert sandbox.process.poll() is None
        assert sandbox.process.poll() is not None

    def test_one_that_dies_at_once_is_reported_with_its_last_words(self, tmp_path):
        with (
            pytest.raises(StartError, match=r"ended with exit code 3.*the last of them: no room") as caught,
            served_sandbox(
                _sandbox("import sys; print('no room', file=sys.stderr); sys.exit(3)"), tmp_path / "log"
            ),
        ):
            pass
        assert str(tmp_path / "log") in str(caught.value)

    def test_one_that_says_something_else_is_reported(self, tmp_path):
        with (
            pytest.raises(StartError, match="The sandbox said something else than its address"),
            served_sandbox(
                _sandbox("print('hello', flush=True); import time; time.sleep(30)"), tmp_path / "log"
            ),
        ):
            pass


class TestWorld:
    @pytest.mark.parametrize(
        ("told", "words"),
        [
            ({"kept": True, "went_on": False}, ""),
            (
                {"kept": True, "went_on": True, "date": "2026-12-01T00:00:00Z"},
                "goes on at 2026-12-01T00:00:00Z",
            ),
            ({"kept": False, "went_on": False}, "Another Lab uses the kept sandbox world"),
            ({}, ""),
        ],
    )
    def test_it_is_said_which_world_it_is(self, capsys, told, words):
        lab._say_which_world(told)
        out = capsys.readouterr().out
        assert words in out
        assert bool(words) is bool(out)


class TestCommand:
    def test_the_version_is_told(self, capsys):
        assert main(["--version"]) == 0
        assert capsys.readouterr().out.strip().count(".") == 2

    def test_an_unknown_command_is_answered_with_the_known_ones(self, capsys):
        assert main(["labb"]) == 2
        assert "bespeak COMMAND" in capsys.readouterr().err

    def test_trouble_is_one_sentence_without_a_traceback(self, capsys):
        assert main(["lab", "--folder", str(ROOT)]) == 1
        told = capsys.readouterr().err
        assert told.startswith("bespeak: ")
        assert "Traceback" not in told

    def test_the_sandbox_leaves_when_its_parent_is_gone(self):
        command = [sys.executable, "-m", "bespeak.cli", "sandbox", "--with-parent"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline().startswith("{")
        process.stdin.close()
        assert process.wait(timeout=10) == 0


@pytest.fixture
def state(tmp_path):
    """An environment in which Jupyter has no settings of the person."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "HOME", "XDG_DATA_HOME")
    mine = {name: str(tmp_path / name.lower()) for name in names}
    others = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DISPLAY", "JUPYTER_PORT", "JUPYTER_TOKEN"}
    }
    return others | mine


def _start_lab(state, folder, *further, **how):
    command = [sys.executable, "-m", "bespeak.cli", "lab", "--folder", str(folder), *further]
    return subprocess.Popen(
        command, env=state, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how
    )


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the process table of Linux")
class TestLab:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_it_says_its_address_and_stops_with_its_sandbox(self, state, tmp_path, number):
        lab_process = _start_lab(state | {"JUPYTER_TOKEN": "secret"}, tmp_path / "mine", "--ServerApp.port=0")
        lines = [lab_process.stdout.readline() for _ in range(3)]
        assert lines[0] == f"Notebooks: {tmp_path / 'mine'}\n"
        assert lines[1].startswith("JupyterLab: http://")
        assert lines[1].endswith("?token=secret\n")
        sandbox = _children(lab_process.pid)
        lab_process.send_signal(number)
        lab_process.communicate(timeout=30)
        assert len(sandbox) == 2
        assert [pid for pid in sandbox if _runs(pid)] == []
        assert lab_process.returncode == 0

    def test_ctrl_c_in_a_terminal_reaches_lab_once(self, state, tmp_path):
        """A terminal sends it to all programs in front; an interrupt and a stop at once make Jupyter hang."""
        lab_process = _start_lab(state, tmp_path / "mine", "--ServerApp.port=0", start_new_session=True)
        next(line for line in lab_process.stdout if line.startswith("JupyterLab: "))
        in_front = [pid for pid in _children(lab_process.pid) if os.getpgid(pid) == lab_process.pid]
        os.killpg(lab_process.pid, signal.SIGINT)
        assert "Interrupted" not in lab_process.communicate(timeout=30)[1]
        assert (in_front, lab_process.returncode) == ([], 0)

    def test_killed_outright_it_leaves_neither_lab_nor_sandbox_behind(self, state, tmp_path):
        lab_process = _start_lab(state, tmp_path / "mine", "--ServerApp.port=0")
        next(line for line in lab_process.stdout if line.startswith("JupyterLab: "))
        left = _children(lab_process.pid)
        lab_process.kill()
        for _ in range(100):
            if not any(_is_alive(pid) for pid in left):
                break
            time.sleep(0.1)
        assert [_command_line(pid) for pid in left if _is_alive(pid)] == []
        lab_process.communicate(timeout=10)

    def test_the_world_survives_a_restart_until_it_is_begun_anew(self, state, tmp_path):
        told = []
        for further in ((), (), ("--fresh",)):
            lab_process = _start_lab(state, tmp_path / "mine", "--ServerApp.port=0", *further)
            lines = []
            for line in lab_process.stdout:
                lines.append(line)
                if line.startswith("JupyterLab: "):
                    break
            told.append(any("goes on at 2026-11-16" in line for line in lines))
            lab_process.terminate()
            lab_process.communicate(timeout=30)
        assert told == [False, True, False]

    def test_a_lab_that_does_not_stop_is_ended(self, monkeypatch):
        monkeypatch.setattr(child, "_STOP_WITHIN", 0.5)
        stubborn = (
            "import signal, time; signal.signal(signal.SIGTERM, lambda *_: None); "
            "print(1, flush=True); time.sleep(60)"
        )
        process = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        child.stop(process)
        process.stdout.close()
        assert process.returncode == -signal.SIGKILL

    def test_a_dead_sandbox_is_told_in_words(self, state, tmp_path):
        lab_process = _start_lab(state, tmp_path / "mine", "--ServerApp.port=0")
        next(line for line in lab_process.stdout if line.startswith("JupyterLab: "))
        sandbox = next(pid for pid in _children(lab_process.pid) if "sandbox" in _command_line(pid))
        os.kill(sandbox, signal.SIGKILL)
        time.sleep(1)
        lab_process.terminate()
        assert "The sandbox stopped (exit code -9)" in lab_process.communicate(timeout=30)[1]

    def test_a_lab_that_cannot_start_gives_its_exit_code(self, state, tmp_path):
        lab_process = _start_lab(state, tmp_path / "mine", "--ServerApp.port=nonsense")
        told = lab_process.communicate(timeout=60)[1]
        assert lab_process.returncode not in {0, None}
        assert "JupyterLab did not start" in told


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf8").split()
    return [int(child) for child in listed]


def _command_line(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")


def _runs(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _is_alive(pid: int) -> bool:
    """Whether it still works; an orphan that nobody asks for stays in the table as a zombie in some containers."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf8").rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


class TestAddress:
    """Jupyter's servers leave a file each in the runtime folder, one that was killed too."""

    @pytest.fixture
    def say(self, monkeypatch, tmp_path):
        monkeypatch.setattr(lab, "jupyter_runtime_dir", lambda: str(tmp_path))

        def say(name, **told):
            path = tmp_path / f"jpserver-{name}.json"
            path.write_text(
                json.dumps({"token": "t", "root_dir": "elsewhere", "pid": 1} | told), encoding="utf8"
            )

        return say

    def test_our_server_is_known_by_its_process(self, say, tmp_path):
        say("other", url="http://localhost:1/")
        say("ours", url="http://localhost:2/", pid=7)
        assert lab._server_info(7, tmp_path, {}) == {"url": "http://localhost:2/", "token": "t"}

    def test_on_windows_it_is_known_by_its_folder(self, say, tmp_path):
        say("ours", url="http://localhost:2/", root_dir=str(tmp_path / "a" / ".." / "mine"))
        assert lab._server_info(7, tmp_path / "mine", {}, by_folder=True)["url"] == "http://localhost:2/"
        assert lab._server_info(7, tmp_path / "mine", {}, by_folder=False) is None

    def test_what_a_killed_server_left_is_not_taken_for_ours(self, say, tmp_path):
        say("killed", url="http://localhost:1/", root_dir=str(tmp_path), pid=7)
        left = lab._servers()
        assert lab._server_info(7, tmp_path, left, by_folder=True) is None
        say("ours", url="http://localhost:2/", root_dir=str(tmp_path))
        assert lab._server_info(7, tmp_path, left, by_folder=True)["url"] == "http://localhost:2/"


class TestLetters:
    """What is printed may hold letters that the encoding of the output lacks, as on Windows when it is piped."""

    @pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
    def test_an_error_with_a_foreign_path_is_still_told(self, tmp_path, encoding):
        blocked = tmp_path / "\u7a7a \u0142"
        blocked.write_text("a file, so no folder can be made below it")
        command = [sys.executable, "-m", "bespeak.cli", "lab", "--folder", str(blocked / "x")]
        told = subprocess.run(
            command, env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True, check=False
        )
        assert told.returncode == 1
        assert b"\\u7a7a \\u0142" in told.stderr
        assert b"cannot be used" in told.stderr
        assert b"Traceback" not in told.stderr

    def test_every_word_of_our_own_is_plain(self):
        for arguments in (["--help"], ["sandbox", "--help"], ["lab", "--help"]):
            command = [sys.executable, "-m", "bespeak.cli", *arguments]
            told = subprocess.run(
                command,
                env=os.environ | {"PYTHONIOENCODING": "ascii:strict"},
                capture_output=True,
                check=True,
            )
            assert told.stdout.isascii()


def test_the_kernels_learn_the_address_from_the_environment(monkeypatch, tmp_path):
    started = {}
    monkeypatch.setattr(subprocess, "Popen", lambda command, **rest: started.update(rest, command=command))
    lab._start_lab(tmp_path, {"url": "http://127.0.0.1:1", "token": "t"}, ["--collaborative"])
    assert json.loads(started["env"]["BESPEAK_SANDBOX"]) == {"url": "http://127.0.0.1:1", "token": "t"}
    assert started["command"][-1] == "--collaborative"


def test_small_messages_of_a_kernel_leave_at_once(monkeypatch):
    """Nagle's algorithm and a browser's late receipts cost 40 ms at every key."""
    said = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda _: said.append("connected"))
    connection = PromptConnection.__new__(PromptConnection)
    connection._trait_values["websocket_handler"] = SimpleNamespace(set_nodelay=said.append)
    connection.connect()
    assert said == [True, "connected"]


def test_lab_uses_the_prompt_line(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.extend(command))
    lab._start_lab(tmp_path, {}, [])
    named = f"{PromptConnection.__module__}.{PromptConnection.__name__}"
    assert f"--ServerApp.kernel_websocket_connection_class={named}" in started


def test_lab_asks_nobody_for_news_versions_or_extensions(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.extend(command))
    lab._start_lab(tmp_path, {}, [])
    assert {"--LabApp.news_url=None", "--LabApp.extension_manager=readonly"} < set(started)
    assert any(part.endswith("NeverCheckForUpdate") for part in started)
