"""A working directory of Terraform: the unmodified program, with the provider from this machine."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CONFIGURATIONS = Path(__file__).parent / "terraform"
PROVIDER = "registry.terraform.io/hashicorp/aws"
VERSION = "5.100.0"
PATIENCE_S = 240
MIRRORS = [
    os.environ.get("PUGMARK_TF_PLUGINS"),
    os.environ.get("TF_PLUGIN_CACHE_DIR"),
    "/usr/local/share/terraform/plugins",
    "~/.terraform.d/plugins",
    *map(str, sorted(Path("/opt").glob("*"))),
]


def terraform():
    """The program, or the end of a test that cannot be run."""
    return shutil.which("terraform") or pytest.skip("not run: there is no `terraform` on the path")


def mirror():
    """Where the provider lies, unpacked or packed, or the end of a test that cannot be run."""
    places = [Path(place).expanduser() for place in MIRRORS if place]
    for place in places:
        if any((place / PROVIDER).glob(f"*{VERSION}*")):
            return place
    pytest.skip(
        f"not run: the provider hashicorp/aws {VERSION} is in none of "
        f"{', '.join(map(str, places))}; set PUGMARK_TF_PLUGINS to a mirror that has it"
    )


class Workspace:
    """One configuration, initialised, against one server."""

    def __init__(self, configuration, directory, server, endpoints=True):
        """With `endpoints` the configuration says where the server is, else the environment."""
        self.program = terraform()
        self.directory = Path(directory)
        place = mirror()
        shutil.copytree(CONFIGURATIONS / configuration, self.directory, dirs_exist_ok=True)
        self.environment = server.environment() | {
            "CHECKPOINT_DISABLE": "1",
            "TF_CLI_CONFIG_FILE": str(self._only(place)),
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
        }
        if endpoints:
            self.set(endpoint=self.environment.pop("AWS_ENDPOINT_URL"))
        self.run("init")

    def _only(self, place):
        """Terraform's own settings: providers come from here, and nothing from anywhere else."""
        settings = self.directory / "terraform.rc"
        path = json.dumps(str(place))
        settings.write_text(f"provider_installation {{\n  filesystem_mirror {{ path = {path} }}\n}}\n")
        return settings

    def set(self, **variables):
        """Gives variables of the configuration values, and leaves the others as they are."""
        file = self.directory / "terraform.tfvars.json"
        before = json.loads(file.read_text()) if file.exists() else {}
        file.write_text(json.dumps(before | variables))

    def run(self, verb, *words, codes=(0,)):
        """Runs a command of Terraform: its exit code and all that it said."""
        ran = subprocess.run(
            [self.program, verb, "-no-color", *words],
            cwd=self.directory, env=self.environment, timeout=PATIENCE_S,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        assert ran.returncode in codes, f"terraform {verb}: {ran.returncode}\n{ran.stdout}"
        return ran.returncode, ran.stdout

    def apply(self):
        return self.run("apply", "-auto-approve")[1]

    def destroy(self):
        return self.run("destroy", "-auto-approve")[1]

    def drift(self):
        """What Terraform would change, all read anew; empty where it is as it was applied."""
        code, said = self.run("plan", "-detailed-exitcode", codes=(0, 2))
        return said if code == 2 else ""

    def outputs(self):
        said = json.loads(self.run("output", "-json")[1])
        return {name: output["value"] for name, output in said.items()}
