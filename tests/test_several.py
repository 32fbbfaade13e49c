"""How many processes accelerate was asked for, told from the command that started this one."""

from types import SimpleNamespace

import pytest

from fusion import several


def test_what_accelerate_was_asked_for_is_read_from_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def wished(command: str, **environment: str) -> int:
        for name in (*several.RANKS, "MASTER_ADDR"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        process = SimpleNamespace(parent=lambda: SimpleNamespace(cmdline=command.split))
        monkeypatch.setattr(several.psutil, "Process", lambda: process)
        return several._wished()

    launch = "python /bin/accelerate launch --num_processes 3 --cpu -m fusion fit --epochs 2"
    assert wished(launch, MASTER_ADDR="127.0.0.1") == 3
    assert wished(launch) == 1, "who was not started by it"
    assert wished(launch, MASTER_ADDR="127.0.0.1", LOCAL_RANK="0") == 1, "who is one of several already"
    assert wished(launch.replace("--cpu", ""), MASTER_ADDR="127.0.0.1") == 1, "it does so itself on GPUs"
    assert wished("bash", MASTER_ADDR="127.0.0.1") == 1
