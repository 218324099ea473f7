"""A `roo` program without a model: it speaks the stream of JSON, and does what a script says (spec 22).

This file is the program. It stands on the standard library alone, so that it runs in a sandbox that shows nothing of
this package; `write_scripted_roo` of `rc_evals.testing` puts it into a folder. A script is a list of steps, carried out
one after the other once a task has started; each is one of

    {"text": "...", "pieces": 3}                      say something, or think aloud with "thinking"
    {"ask": "followup", "question": "..."}            ask something, and wait for an answer
    {"tool": "readFile", "input": {}}                 call a tool; "subtype": "mcp" for one of an MCP server
    {"command": "ls", "output": "...", "exitCode": 0} run a command; "error" instead of an exit code when it failed
    {"event": {...}}                                  print just this event; "task" names a sub-task in any of these
    {"raw": "..."}, {"stderr": "..."}                 print just this text
    {"shell": "..."}                                  have a shell do something in the workspace
    {"usage": [{"tokensIn": 1, ...}]}                 leave these requests to the model in the task's records
    {"complete": "..."}                               present the result, and end the task
    {"end": "task_failed"}                            end the task with this code, without a result
    {"exit": 0}, {"kill": true}                       end the program, or have it killed
    {"wait": true}                                    do nothing more until a command comes; what a question does, too
    {"deaf": true}                                    from now on, take no notice of commands and of SIGTERM

Steps under "before" come before the program greets; what stands under "init" becomes part of the greeting. With
"needs_key" the program does not start without the key of its provider.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

KEYS: Final = {
    "anthropic": "ANTHROPIC_API_KEY",
    "openai-native": "OPENAI_API_KEY",
    "gemini": "GOOGLE_API_KEY",
    "openrouter": "OPENROUTER_API_KEY",
    "vercel-ai-gateway": "VERCEL_AI_GATEWAY_API_KEY",
    "roo": "ROO_API_KEY",
}
"""Where the program looks for the key of each provider (spec 22.1)."""

INIT: Final = {
    "type": "system",
    "subtype": "init",
    "content": "Task started",
    "schemaVersion": 1,
    "protocol": "roo-cli-stream",
    "capabilities": ["stdin:start", "stdin:message", "stdin:cancel", "stdin:ping", "stdin:shutdown"],
}


class Program:
    """The program between its first line and its last."""

    def __init__(self, script: dict[str, Any]) -> None:
        self.script = script
        self.commands = queue.Queue[dict[str, Any] | str | None]()
        """Those that have come, a complaint about one that is wrong, None for the end of the input."""
        self.task: str | None = None
        self.request: str | None = None
        self.has_heard = self.is_unheard = self.is_deaf = self.is_asking = False
        self.clock = 1_767_000_000_000

    def main(self) -> int:
        """Run to the end and return the exit code."""
        for step in self.script.get("before", []):
            self.do(step)
        emit({**INIT, **self.script.get("init", {})})
        threading.Thread(target=self.listen, daemon=True).start()
        while True:
            was_idle = self.task is None
            self.obey(self.commands.get())
            if was_idle and self.task is not None:
                self.work()

    def listen(self) -> None:
        """Read commands, as the program does: the first bad one is the last."""
        for number, line in enumerate(sys.stdin, start=1):
            if line.strip():
                self.commands.put(checked(line, number))
        self.commands.put(None)

    def work(self) -> None:
        """Carry out the script; commands come first."""
        for step in self.script.get("steps", []):
            while not self.is_deaf and not self.commands.empty():
                self.obey(self.commands.get())
            if self.task is None:
                return
            self.do(step)
            self.leave_if_unheard()
            while self.is_asking:
                self.obey(self.commands.get())

    def obey(self, command: dict[str, Any] | str | None) -> None:
        """Carry out a command."""
        if self.is_deaf:
            return
        if command is None:
            self.is_unheard = True
            self.leave_if_unheard()
            return
        if isinstance(command, str):
            emit({"type": "error", "content": command})
            sys.exit(1)
        self.has_heard = True
        getattr(self, f"on_{command['command']}")(command)

    def leave_if_unheard(self) -> None:
        """End when nobody can say anything any more and nothing is left to be done (spec 22.5)."""
        if self.is_unheard and (self.task is None or self.is_asking):
            sys.exit(0 if self.has_heard and not self.is_asking else 1)

    def on_start(self, command: dict[str, Any]) -> None:
        """Begin a task."""
        if self.task is not None:
            answer(command, "error", "task_busy", task=self.task, success=False)
            return
        self.task, self.request = command.get("taskId") or "drawn-by-the-program", command["requestId"]
        answer(command, "ack", "accepted", task=self.task)
        self.emit({"type": "user", "id": self.tick(), "content": command["prompt"], "done": True})

    def on_message(self, command: dict[str, Any]) -> None:
        """Answer a question."""
        if self.task is None:
            answer(command, "error", "no_active_task", success=False)
            return
        answer(command, "ack", "accepted", task=self.task)
        answer(command, "done", "responded" if self.is_asking else "queued", task=self.task)
        self.is_asking = False

    def on_cancel(self, command: dict[str, Any]) -> None:
        """Stop the task."""
        answer(command, "ack", "accepted", task=self.task)
        answer(command, "done", "no_active_task" if self.task is None else "cancel_requested", task=self.task)
        if self.task is not None:
            self.finish("task_aborted")

    def on_ping(self, command: dict[str, Any]) -> None:
        """Give a sign of life."""
        answer(command, "ack", "accepted")
        answer(command, "done", "pong")

    def on_shutdown(self, command: dict[str, Any]) -> None:
        """End."""
        answer(command, "ack", "accepted")
        answer(command, "done", "shutdown_requested")
        sys.exit(0)

    def do(self, step: dict[str, Any]) -> None:
        """Carry out a step."""
        for name, value in step.items():
            if (method := getattr(self, f"do_{name}", None)) is not None:
                method(value, step)
                return
        raise ValueError(f"a script has no step {step}")

    def do_text(self, text: str, step: dict[str, Any], kind: str = "assistant", **more: Any) -> None:
        """Say something in pieces, and at the end the whole."""
        base = {"type": kind, "id": self.tick(), **more}
        for piece in cut(text, step.get("pieces", 0)):
            self.emit({**base, "content": piece}, step)
        self.emit({**base, "content": text, "done": True}, step)

    def do_thinking(self, text: str, step: dict[str, Any]) -> None:
        """Think aloud."""
        self.do_text(text, step, "thinking")

    def do_ask(self, name: str, step: dict[str, Any]) -> None:
        """Ask something, and wait for the answer."""
        self.do_text(step.get("question", ""), step, subtype=name)
        self.is_asking = True

    def do_tool(self, name: str, step: dict[str, Any]) -> None:
        """Call a tool; what comes in pieces is for display only."""
        kind = step.get("subtype", "tool")
        base = {"type": "tool_use", "id": self.tick(), "subtype": kind}
        for piece in cut(json.dumps(step.get("input", {})), step.get("pieces", 0)):
            self.emit({**base, "tool_use": {"name": name}, "content": piece}, step)
        self.emit({**base, "tool_use": {"name": name, "input": step.get("input", {})}, "done": True}, step)
        if "error" in step:
            result = {"name": name, "error": step["error"]}
            self.emit({**base, "type": "tool_result", "tool_result": result, "done": True}, step)

    def do_command(self, command: str, step: dict[str, Any]) -> None:
        """Run a command; its output is never repeated."""
        base = {"id": self.tick(), "subtype": "command"}
        call = {"name": "execute_command", "input": {"command": command}}
        self.emit({**base, "type": "tool_use", "tool_use": call, "done": True}, step)
        *pieces, last = cut(step.get("output", ""), max(step.get("pieces", 1), 1))
        for piece in pieces:
            result: dict[str, Any] = {"name": "execute_command", "output": piece}
            self.emit({**base, "type": "tool_result", "tool_result": result}, step)
        ended: dict[str, Any] = {name: step[name] for name in ("error", "exitCode") if name in step}
        result = {"name": "execute_command", "output": last, **ended}
        self.emit({**base, "type": "tool_result", "tool_result": result, "done": True}, step)

    def do_event(self, event: dict[str, Any], step: dict[str, Any]) -> None:
        """Print an event."""
        self.emit({"id": self.tick(), **event}, step)

    def do_raw(self, text: str, _: dict[str, Any]) -> None:
        """Print a text."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def do_stderr(self, text: str, _: dict[str, Any]) -> None:
        """Complain."""
        sys.stderr.write(text)
        sys.stderr.flush()

    def do_shell(self, command: str, _: dict[str, Any]) -> None:
        """Have a shell do something in the workspace; it hears what we hear, and nobody hears it."""
        subprocess.run(["/bin/sh", "-c", command], stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)  # noqa: S603 - the script's own

    def do_usage(self, requests: list[dict[str, Any]], step: dict[str, Any]) -> None:
        """Write down what requests to the model used, as the assistant does."""
        task = step.get("task") or self.task
        folder = Path.home() / ".vscode-mock" / "global-storage" / "tasks" / str(task)
        folder.mkdir(parents=True, exist_ok=True)
        chat = [
            {"ts": self.tick(), "type": "say", "say": "api_req_started", "text": json.dumps(request)}
            for request in requests
        ]
        new = folder / "ui_messages.json.new"
        new.write_text(json.dumps([*chat, *step.get("messages", [])]), encoding="utf-8")
        new.replace(folder / "ui_messages.json")

    def do_complete(self, text: str, step: dict[str, Any]) -> None:
        """Present the result; its cost is that of the latest request alone."""
        cost = {"totalCost": 0.001, "inputTokens": 9, "outputTokens": 1}
        self.emit({"type": "result", "id": self.tick(), "content": text, "done": True, "success": True, "cost": cost})
        if "task" not in step:
            self.finish("task_completed")

    def do_end(self, code: str, _: dict[str, Any]) -> None:
        """End the task."""
        self.finish(code)

    def do_exit(self, code: int, _: dict[str, Any]) -> None:
        """End."""
        sys.exit(code)

    def do_kill(self, _: bool, __: dict[str, Any]) -> None:
        """End as nobody would wish."""
        os.kill(os.getpid(), signal.SIGKILL)

    def do_wait(self, _: bool, __: dict[str, Any]) -> None:
        """Wait for commands, and tell nobody."""
        self.is_asking = True

    def do_deaf(self, _: bool, __: dict[str, Any]) -> None:
        """Take no notice of anything from now on."""
        self.is_deaf = True
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def finish(self, code: str) -> None:
        """End the task with this code."""
        start = {"command": "start", "requestId": self.request}
        answer(start, "done", code, task=self.task, success=code == "task_completed")
        self.task, self.is_asking = None, False

    def emit(self, event: dict[str, Any], step: dict[str, Any] | None = None) -> None:
        """Print an event of the task, or of the sub-task that the step names."""
        task = {"taskId": step["task"]} if step is not None and "task" in step else {}
        emit({**event, **task, "requestId": self.request})

    def tick(self) -> int:
        """Return the next time stamp."""
        self.clock += 1
        return self.clock


def emit(event: dict[str, Any]) -> None:
    """Print an event."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def answer(command: dict[str, Any], subtype: str, code: str, *, task: str | None = None, success: bool = True) -> None:
    """Say what becomes of a command."""
    told = {"command": command["command"], "requestId": command["requestId"], "code": code, "success": success}
    more = {**({"taskId": task} if task else {}), **({"done": True} if subtype == "done" else {})}
    emit({"type": "control", "subtype": subtype, "content": code.replace("_", " "), **told, **more})


def checked(line: str, number: int) -> dict[str, Any] | str:
    """Return the command of a line, or what is wrong with it (spec 22.2)."""
    try:
        command: dict[str, Any] = {**json.loads(line)}
    except (ValueError, TypeError):
        return f"stdin command line {number}: not a JSON object"
    if command.get("command") not in {"start", "message", "cancel", "ping", "shutdown"}:
        return f"stdin command line {number}: unsupported command"
    if not command.get("requestId") or (command["command"] in {"start", "message"} and not command.get("prompt")):
        return f"stdin command line {number}: a required field is missing"
    return command


def cut(text: str, pieces: int) -> list[str]:
    """Return the text in so many pieces."""
    size = -(-len(text) // pieces) if pieces else 0
    return [text[index * size : (index + 1) * size] for index in range(pieces)]


def arguments() -> argparse.Namespace:
    """Read the command line; anything but a stream of commands and events is not for us."""
    parser = argparse.ArgumentParser("roo")
    parser.add_argument("--print", action="store_true", required=True)
    parser.add_argument("--output-format", choices=["stream-json"], required=True)
    parser.add_argument("--stdin-prompt-stream", action="store_true", required=True)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--provider", choices=list(KEYS), default="openrouter")
    parser.add_argument("--model", default="anthropic/claude-opus-4.6")
    parser.add_argument("--mode", default="code")
    return parser.parse_args()


def leave(number: int, _: object) -> None:
    """End as a signal wants it (spec 22.5)."""
    os._exit(128 + number)


def run() -> int:
    """Be the program."""
    script: dict[str, Any] = json.loads(Path(__file__).with_name("script.json").read_text("utf-8"))
    given = arguments()
    if not given.workspace.is_dir() or (script.get("needs_key") and not os.environ.get(KEYS[given.provider])):
        sys.stderr.write("no workspace, or no API key\n")
        return 1
    os.chdir(given.workspace)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    return Program(script).main()


if __name__ == "__main__":
    sys.exit(run())
