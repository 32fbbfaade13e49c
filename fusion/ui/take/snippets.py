"""Code that asks what the page asks: for Python, for curl, with the package and on the command line."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fusion.answer import Reply
from fusion.report.command import command
from fusion.ui.parts import is_reference

# Where the browser, which knows it, puts the address of its page: a character that no cleaned text holds.
SERVER = "\x1a"


@dataclass(frozen=True)
class Asked:
    """What a snippet asks. strategy: a name. settings: made by hand, by strategy. picture: a file, "" for
    none."""

    reply: Reply
    strategy: str
    settings: Mapping[str, Mapping[str, float]]
    picture: str


def served(asked: Asked) -> str:
    """The strategy that the server is asked for; "", its default one, in the place of a reference model."""
    return "" if is_reference(asked.strategy) else asked.strategy


def client(asked: Asked) -> str:
    """Python, with gradio's client."""
    picture = f"handle_file({asked.picture!r})" if asked.picture else "None"
    imported = "Client, handle_file" if asked.picture else "Client"
    return f"""from gradio_client import {imported}

client = Client("{SERVER}")
reply = client.predict(
    picture={picture},
    question={asked.reply.question!r},
    strategy={served(asked)!r},
    task={asked.reply.task!r},
    api_name="/ask",
)
print(reply["results"][0]["answers"][0])"""


def curl(asked: Asked) -> str:
    """A shell: the picture is uploaded, the question put, the answer read."""
    rest = [asked.reply.question, served(asked), asked.reply.task]
    body = json.dumps({"data": ["FILE", *rest]}, ensure_ascii=False)
    lines = [f'SERVER="{SERVER}"']
    if asked.picture:
        name = shlex.quote(f"files=@{asked.picture}")
        lines.append(f"""FILE=$(curl -s "$SERVER/gradio_api/upload" -F {name} | cut -d '"' -f 2)""")
        before, after = body.split('"FILE"', 1)
        file = """{"path": "'"$FILE"'", "meta": {"_type": "gradio.FileData"}}"""
        quoted = f"{_quoted(before)[:-1]}{file}{_quoted(after)[1:]}"
    else:
        quoted = _quoted(body.replace('"FILE"', "null", 1))
    lines.append(
        f"""EVENT=$(curl -s "$SERVER/gradio_api/call/ask" -H "Content-Type: application/json" \\
  -d {quoted} | cut -d '"' -f 4)"""
    )
    lines.append('curl -sN "$SERVER/gradio_api/call/ask/$EVENT"')
    return "\n".join(lines)


def package(asked: Asked) -> str:
    """Python, with this project itself; all that is chosen on the page can be told."""
    reply, settings = asked.reply, asked.settings.get(asked.strategy, {})
    by_hand = "".join(f", {name}={value:g}" for name, value in settings.items())
    named = "references" if is_reference(asked.strategy) else "strategy"
    return f"""import fusion

lens = fusion.load(
    task={reply.task!r},
    image_encoder={reply.image_encoder!r},
    text_encoder={reply.text_encoder!r},
)
reply = lens.ask({asked.picture or None!r}, {reply.question!r}, {named}={asked.strategy!r}{by_hand})
print(reply["results"][-1]["answers"][0])"""


def terminal(asked: Asked) -> str:
    """The command line; every strategy answers, and once more each that is set by hand."""
    return command(asked.reply, asked.settings, asked.picture)


def assistant() -> str:
    """What an assistant that speaks MCP is configured with."""
    told = {"mcpServers": {"fusion-lens": {"type": "http", "url": "/mcp"}}}
    return json.dumps(told, indent=2).replace("/mcp", f"{SERVER}/mcp")


# By what a visitor chooses among them.
SNIPPETS = {"Python client": client, "curl": curl, "Python package": package, "Command line": terminal}


def endpoints(info: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The name of each endpoint, and name, type and meaning of each of its parameters.

    info: what `gr.Blocks.get_api_info` gives.
    """
    return [
        {
            "name": name,
            "parameters": [
                {
                    "name": parameter["parameter_name"],
                    "type": parameter["python_type"]["type"],
                    "means": parameter["label"],
                }
                for parameter in endpoint["parameters"]
            ],
        }
        for name, endpoint in info["named_endpoints"].items()
    ]


def _quoted(text: str) -> str:
    """In single quotes for a shell, always."""
    return "'" + text.replace("'", "'\"'\"'") + "'"
