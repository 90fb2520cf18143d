"""The addresses: nothing outside the folder, pictures made anew, twins of every page, things that are done once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from tests.web.guarded import Pages
from tests.web.many import write_many

from tamesu.artifacts.run import find_runs
from tamesu.web import app as app_module
from tamesu.web.app import PAGES
from tamesu.web.starts import Starts
from tamesu.web.view import Page, View

SECRET = "outside-secret"
PATHS = [
    *("..", "../secret", "../../secret", "..%2fsecret", "%2e%2e/secret", "%2e%2e%2fsecret", "..%252fsecret", "//secret"),
    *("/etc/passwd", "%2fetc%2fpasswd", "..\\secret", "..%5csecret", "secret%00", "%00", "C:/secret", "file:///etc/passwd"),
    *("file:%2f%2f%2fetc%2fpasswd", "secret#.css", "pages.css%23", "pages.css/", "./pages.css", "pages.css/../secret", "."),
    *("linked", "sibling-secret", "a" * 5000, "%ff", "%c0%ae%c0%ae/secret", "..;/secret", "....//secret", "~", "%7e/secret"),
    *("-1", "+1", "1e3", "0x1", "99999999999999999999", "1.0", "%20", "0/..", "0%2f..%2fsecret", "NaN", "１"),
    *(
        "secret.json",
        "../secret.json",
        "%2e%2e%2fsecret.json",
        "runs",
        "con",
        "nul",
        "a%0d%0aset-cookie:x",
        "<script>",
        "%3Cb%3E",
    ),
    *("../many", "many", "train", "0000.png", "app.py", "../app.py", "layout.html", "../templates/layout.html", "style.css"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("app") / "many"
    names = write_many(folder, 3)
    (folder.parent / "secret").write_text(SECRET)
    (folder.parent / "many-sibling-secret").write_text(SECRET)
    (folder / "runs" / "linked").symlink_to(folder.parent)
    train = folder / "data" / "train"
    pixels = np.full((40, 60, 3), 200, np.uint8)
    (train / "0.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    (train / "1.png").write_text(f"<svg xmlns='http://www.w3.org/2000/svg'><script>{SECRET}</script></svg>")
    (train / "2.png").symlink_to(folder.parent / "secret")
    jpeg = cv2.imencode(".jpg", pixels)[1].tobytes()
    (train / "3.png").write_bytes(jpeg + f"<script>{SECRET}</script>".encode())
    assert len(names) == 3
    return Pages(folder)


@pytest.mark.parametrize("place", ["/heat/", "/runs/", "/static/", "/thumbnails/", "/pictures/", "/"])
def test_no_form_of_a_path_leads_outside(pages: Pages, place: str) -> None:
    assert len(PATHS) >= 60
    for path in PATHS:
        answer = pages.ask(place + path)
        assert SECRET not in answer.text
        assert "root:" not in answer.text
        if answer.status == 200:
            # The one path among them that is an address of ours.
            assert (place, path) in {("/", "runs"), ("/", "runs.json"), ("/static/", "pages.css")}, place + path
        else:
            assert answer.status in (400, 404), place + path


def test_a_picture_is_a_jpeg_of_ours_or_nothing(pages: Pages) -> None:
    for place, most in (("/thumbnails", 128), ("/pictures", 1024)):
        whole = pages.ask(f"{place}/0")
        assert (whole.status, whole.header("content-type")) == (200, "image/jpeg")
        assert whole.body.startswith(b"\xff\xd8\xff")
        decoded = cv2.imdecode(np.frombuffer(whole.body, np.uint8), cv2.IMREAD_COLOR)
        assert max(decoded.shape[:2]) <= most
        assert abs(float(decoded.mean()) - 200) < 2
        # A polyglot keeps its pixels and loses its tail.
        mixed = pages.ask(f"{place}/3")
        assert mixed.status == 200
        assert SECRET.encode() not in mixed.body
        # A drawing with a script, a link out of the folder, and a file that is not there.
        assert [pages.ask(f"{place}/{number}").status for number in (1, 2, 4, 20, 10**9)] == [404] * 5


def test_every_page_has_its_json_twin_and_says_where(pages: Pages) -> None:
    names = [path.name for path in find_runs(pages.folder)]
    addresses = [path.replace("{name}", names[0]) for path in PAGES if path not in ("/compare", "/compare/images", "/image")]
    addresses += [f"/compare?run={names[0]}&run={names[1]}", "/image?id=0"]
    for address in addresses:
        path, _, query = address.partition("?")
        twin = f"{path}.json" + (f"?{query}" if query else "")
        page, values = pages.ask(address), pages.ask(twin)
        assert (page.status, values.status) == (200, 200), address
        assert page.header("content-type") == "text/html; charset=utf-8"
        assert values.header("content-type") == "application/json"
        assert isinstance(json.loads(values.body), dict)
        assert f'href="{twin.replace("&", "&amp;")}"' in page.text


def test_nothing_tells_of_the_api_and_nothing_is_loaded_from_elsewhere(pages: Pages) -> None:
    for path in ("/docs", "/redoc", "/openapi.json", "/favicon.ico"):
        assert pages.ask(path).status == 404
    for path in ("/competition", "/runs", "/verdicts", "/ideas", "/data"):
        text = pages.ask(path).text
        assert "//" not in text.replace("http://www.w3.org", "").split("</head>")[0]
        assert "<script>" not in text


def test_the_language_is_chosen_by_the_address_and_kept(pages: Pages) -> None:
    english, japanese = pages.ask("/runs"), pages.ask("/runs?lang=ja")
    assert '<html lang="en">' in english.text
    assert '<html lang="ja">' in japanese.text
    kept = japanese.header("set-cookie")
    assert kept.startswith("tamesu_language=ja;")
    again = pages.ask("/runs", key=False, cookie=f"{pages.cookie}; tamesu_language=ja")
    assert '<html lang="ja">' in again.text


def test_a_page_that_breaks_says_so_without_telling_what(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(view: View) -> Page:
        raise RuntimeError(SECRET)

    monkeypatch.setitem(app_module.PAGES, "/runs", build)
    broken = Pages(pages.folder)
    for path in ("/runs", "/runs.json"):
        answer = broken.ask(path)
        assert answer.status == 500
        assert "PAGE_BROKEN" in answer.text
        assert SECRET not in answer.text
    assert SECRET in capsys.readouterr().err
    assert broken.ask("/competition").status == 200


def test_faults_of_the_users_files_are_told_as_the_command_line_tells_them(tmp_path: Path) -> None:
    write_many(tmp_path / "many", 1)
    (tmp_path / "many" / "ideas.yaml").write_text("a: [unclosed\n")
    pages = Pages(tmp_path / "many")
    answer = pages.ask("/ideas.json")
    assert answer.status == 409
    assert json.loads(answer.body)["codes"][0].startswith("CONFIG_")
    assert "ideas.yaml" in pages.ask("/verdicts").text
    assert pages.ask("/competition").status == 200
    (tmp_path / "many" / "competition.yaml").unlink()
    assert json.loads(pages.ask("/competition.json").body)["codes"] == ["FOLDER_NO_COMPETITION"]
    assert pages.ask("/runs").status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"null", b'{"key": "12345678"}', b'{"key": "short", "run": "x"}', b'{"key": "1234567;", "run": "x"}',
        b'{"key": "12345678", "run": 5}', b'{"key": "12345678", "run": "x", "more": 1}', b"\xff", b"{" * 5000,
    ],
)  # fmt: skip
def test_a_body_that_is_not_ours_does_nothing(pages: Pages, body: bytes) -> None:
    answer = pages.ask("/runs/delete", "POST", body=body)
    assert (answer.status, json.loads(answer.body)["codes"]) == (422, ["PAGE_BODY"])
    assert len(find_runs(pages.folder)) == 3


def test_deleting_twice_with_one_key_deletes_once_and_into_the_bin(tmp_path: Path) -> None:
    names = write_many(tmp_path, 3)
    pages = Pages(tmp_path)
    body = json.dumps({"key": "k" * 8, "run": names[0]}).encode()
    first, second = pages.ask("/runs/delete", "POST", body=body), pages.ask("/runs/delete", "POST", body=body)
    assert first.status == second.status == 200
    assert json.loads(first.body) == json.loads(second.body) == {"moved": f".bin/runs/{names[0]}"}
    assert sorted(path.name for path in find_runs(tmp_path)) == sorted(names[1:])
    other = pages.ask("/runs/delete", "POST", body=json.dumps({"key": "other-key", "run": names[0]}).encode())
    assert (other.status, json.loads(other.body)["codes"]) == (409, ["PAGE_NO_RUN"])


def test_a_double_click_tries_once(tmp_path: Path) -> None:
    write_many(tmp_path, 0)
    (tmp_path / "ideas.yaml").write_text(yaml.safe_dump({"longer": {"epochs": 6}}))
    (tmp_path / "recipes" / "base.yaml").write_text("epochs: 3\n")
    count = "import pathlib, sys; pathlib.Path(sys.argv[3], 'count').open('a').write('x')"
    pages = Pages(tmp_path, starts=Starts(tmp_path, (sys.executable, "-c", count)))
    body = json.dumps({"key": "one-click", "idea": "longer"}).encode()
    answers = [pages.ask("/tries", "POST", body=body) for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 3
    while pages.desk.starts.is_running():
        pass
    assert (tmp_path / "count").read_text() == "x"
    found = json.loads(pages.ask("/live.json").body)
    assert (found["trying"]["idea"], found["trying"]["exit_code"], found["running"]) == ("longer", 0, [])
