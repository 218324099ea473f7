"""The border of the dashboard (spec 20: loopback by default, a token when not, same-origin checks)."""

import re
import socket

import pytest
from rc_evals.web.access import COOKIE, MAX_BODY, Access, is_loopback

from .conftest import Serve

TOKEN = "a-token-of-this-test"
CHANGE = {"theme": "dark"}


def test_every_answer_forbids_scripts_of_others(serve: Serve) -> None:
    client = serve()
    for path in ("/api/health", "/nowhere", "/api/nowhere", "/static/tokens.css"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert client.get(path).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[", "localhost.", "a b"]
)
def test_a_name_that_is_not_ours_is_answered_by_nothing(serve: Serve, host: str) -> None:
    """DNS rebinding: a page of somebody else whose name suddenly means this machine."""
    answer = serve().get("/api/health", headers={"Host": host})
    assert answer.status_code in {400, 421}  # 400: what the server itself does not take for a host
    assert "status" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:3446", "LOCALHOST:80", "box.lan"])
def test_our_names_are_answered(serve: Serve, host: str) -> None:
    assert serve(Access(frozenset({"box.lan"}))).get("/api/health", headers={"Host": host}).is_success


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_origin_changes_nothing(serve: Serve, headers: dict[str, str]) -> None:
    answer = serve().post("/theme", data=CHANGE, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_our_own_forms_and_programs_may_change_things(serve: Serve) -> None:
    client = serve()
    own = {"Origin": str(client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    assert client.post("/theme", data=CHANGE, headers=own).status_code == 303
    assert client.post("/theme", data=CHANGE).status_code == 303


def test_without_the_token_nothing_is_shown_but_how_to_get_in(serve: Serve) -> None:
    client = serve(Access(token=TOKEN))
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}, {"Cookie": f"{COOKIE}=wrong"}):
        for path in ("/", "/api/health", "/static/tokens.css", "/?token=wrong", "/?token="):
            answer = client.get(path, headers=headers)
            assert (answer.status_code, "rc-evals serve" in answer.text) == (401, True), path


def test_the_token_in_the_address_becomes_a_cookie_and_leaves_the_address(serve: Serve) -> None:
    client = serve(Access(token=TOKEN))
    answer = client.get("/api/health", params={"a": "1 & 2", "token": TOKEN})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/api/health?a=1+%26+2"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/api/health").is_success  # the client has kept the cookie


def test_the_token_opens_the_api_as_a_bearer(serve: Serve) -> None:
    client = serve(Access(token=TOKEN))
    assert client.get("/api/health", headers={"Authorization": f"bearer {TOKEN}"}).is_success
    assert client.post("/theme?token=" + TOKEN, data=CHANGE).status_code == 401  # an address is no key for changes


def test_a_token_that_is_no_ascii_is_just_wrong(serve: Serve) -> None:
    answer = serve(Access(token=TOKEN)).get("/", headers={b"Authorization": b"Bearer \xff\xfe"})
    assert answer.status_code == 401


def test_the_token_is_in_no_text_of_what_knows_it() -> None:
    """Law 8: secrets never reach a repr."""
    assert TOKEN not in repr(Access(token=TOKEN))


def test_a_body_that_is_too_large_is_not_read(serve: Serve) -> None:
    client = serve()
    assert client.post("/theme", content=b"x" * (MAX_BODY + 1)).status_code == 413

    chunks = [b"x" * 65_536] * (MAX_BODY // 65_536 + 2)
    answer = client.post("/theme", content=iter(chunks))  # nobody says how much will come
    assert not answer.is_success


def test_half_a_request_holds_nobody_up(serve: Serve) -> None:
    client = serve()
    halves = [socket.create_connection((client.base_url.host, client.base_url.port or 0)) for _ in range(50)]
    try:
        for half in halves:
            half.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        assert client.get("/api/health").is_success
    finally:
        for half in halves:
            half.close()


def test_what_is_wrong_is_said_in_one_line(serve: Serve) -> None:
    client = serve()
    answer = client.get("/api/nowhere")
    assert (answer.status_code, answer.json()) == (404, {"detail": "there is nothing at /api/nowhere"})
    page = client.get("/<script>alert(1)</script>")
    assert page.status_code == 404
    assert "<script>alert" not in page.text
    assert client.post("/theme", data={"theme": "pink"}).status_code == 422


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/", "GET, HEAD"),
        ("/runs/1/cancel", "POST"),
        ("/runs/new", "GET, POST, HEAD"),
        ("/api/runs", "GET, POST, HEAD"),
        ("/api/runs/1", "DELETE, GET, PATCH, HEAD"),
        ("/static/live.js", "GET, HEAD"),
    ],
)
def test_a_method_that_a_path_does_not_take_is_answered_with_those_that_it_does(
    serve: Serve, path: str, methods: str
) -> None:
    """RFC 9110, section 15.5.6."""
    answer = serve().request("PUT", path)
    assert (answer.status_code, answer.headers["allow"]) == (405, methods)
    assert f"{path} takes {methods}" in answer.text


@pytest.mark.parametrize("path", ["/", "/runs/new", "/runs/1", "/nowhere", "/api/health", "/static/tokens.css"])
def test_what_can_be_got_can_be_asked_about(serve: Serve, path: str) -> None:
    """RFC 9110, section 9.3.2."""
    client = serve()
    got, asked = client.get(path), client.head(path)
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    for name in ("content-type", "content-security-policy"):
        assert asked.headers[name] == got.headers[name]


def test_nobody_is_led_to_another_server(serve: Serve) -> None:
    """Our rule: no address of ours can be made that ends elsewhere."""
    client = serve()
    server = (client.base_url.host, client.base_url.port or 0)
    with socket.create_connection(server) as raw:  # a client that leaves the path alone
        raw.sendall(b"GET //evil.example/?token=x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert b"location: /evil.example/\r\n" in answer
    for referer in ("//evil.example/", "http://[", f"{client.base_url}//evil.example/", "http://localhost:1/"):
        assert client.post("/theme", data=CHANGE, headers={"Referer": referer}).headers["location"] == "/", referer


def test_the_choice_of_colours_comes_back_with_the_page_it_was_made_on(serve: Serve) -> None:
    client = serve()
    answer = client.post("/theme", data=CHANGE, headers={"Referer": str(client.base_url.join("/nowhere?sort=-cost"))})
    assert answer.headers["location"] == "/nowhere?sort=-cost"
    assert re.search('<html[^>]*data-theme="dark"', client.get("/nowhere").text)
    elsewhere = client.post("/theme", data=CHANGE, headers={"Referer": "http://evil.example/x?y=1"})
    assert elsewhere.headers["location"] == "/"


def test_only_addresses_of_this_machine_are_loopback() -> None:
    assert all(map(is_loopback, ("localhost", "127.0.0.1", "127.8.8.8", "::1")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.1", "example.org", "")))
