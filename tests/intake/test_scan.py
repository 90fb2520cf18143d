from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.intake.hosts import Host

from tamesu.errors import InputError
from tamesu.intake.scan import Places, find_places, may_write, scan_folder, short_side


def both(places: Places, name: str) -> tuple[Path, Path]:
    """A host's file and a file of ours, found the way competition.yaml will find them."""
    base = places.folder / places.written
    return (base / places.prefix / name).resolve(), (base / places.in_folder(name)).resolve()


def test_data_beside_the_competition(tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    places = find_places(tmp_path / "deep" / "comp", tmp_path / "host")
    assert (places.written, places.prefix, places.own_prefix) == ("../../host", "", None)
    wide = places.widen()
    assert (wide.written, wide.prefix, wide.own_prefix) == ("../..", "host/", "deep/comp/")
    assert both(wide, "x") == (tmp_path / "host" / "x", tmp_path / "deep" / "comp" / "x")


def test_data_inside_and_data_the_same(tmp_path: Path) -> None:
    assert find_places(tmp_path, None) == Places(tmp_path, tmp_path, ".", "")
    (tmp_path / "data").mkdir()
    places = find_places(tmp_path, None)
    assert (places.written, places.prefix) == (".", "data/")
    assert both(places, "x") == (tmp_path / "data" / "x", tmp_path / "x")


def test_a_competition_inside_the_data_folder(tmp_path: Path) -> None:
    places = find_places(tmp_path / "mine", tmp_path)
    assert (places.written, places.prefix) == ("..", "")
    wide = places.widen()
    assert (wide.written, wide.prefix, wide.own_prefix) == ("..", "", "mine/")


def test_a_link_to_the_data_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "host").mkdir(parents=True)
    (tmp_path / "comp").mkdir()
    (tmp_path / "comp" / "data").symlink_to(tmp_path / "elsewhere" / "host")
    places = find_places(tmp_path / "comp", None)
    assert places.written == "data"
    assert both(places.widen(), "x") == (tmp_path / "elsewhere" / "host" / "x", tmp_path / "comp" / "x")


def test_faults_of_folders(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        find_places(tmp_path, tmp_path / "nowhere")
    assert error.value.codes == ("INTAKE_NO_DATA",)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as error:
        find_places(tmp_path / "file", tmp_path)
    assert "INTAKE_NOT_A_FOLDER" in error.value.codes


def test_permission_bits_count_for_root_too(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    os.chmod(locked, 0o555)
    assert not may_write(locked) and not may_write(locked / "not" / "there") and may_write(tmp_path / "new")
    os.chmod(locked, 0o755)


def test_scan_lists_images_and_tables_and_leaves_junk(host: Host) -> None:
    host.images("b/2.JPG", "a.png", ".hidden/x.png", "__MACOSX/y.png", "b/._2.jpg", "犬/ガ.webp")
    host.table("train.csv", [["id"], ["a"]])
    host.table("deep/er/still/and/so/on.csv", [["id"], ["a"]])
    (host.root / "Thumbs.db").write_bytes(b"x")
    for number in range(25):
        host.table(f"boxes/{number}.csv", [["x"], [1]])
    found = scan_folder(find_places(host.root, None))
    assert found.images == ("a.png", "b/2.JPG", "犬/ガ.webp")
    assert found.tables == ("train.csv",), "neither deep ones nor one per image"


def test_scan_does_not_enter_links_and_counts_names_it_cannot_write(host: Host) -> None:
    host.images("a.png")
    (host.root / "again").symlink_to(host.root)
    odd = os.fsencode(host.root) + b"/\x8e\xca.png"
    with open(odd, "wb") as file:
        file.write(b"x")
    found = scan_folder(find_places(host.root, None))
    assert (found.images, found.links, found.unnameable) == (("a.png",), ("again",), 1)


def test_images_in_folders_of_ours_are_refused(host: Host) -> None:
    host.images("reports/a.png", "letters/b.png")
    with pytest.raises(InputError) as error:
        scan_folder(find_places(host.root, None))
    assert error.value.codes == ("INTAKE_OWN_NAME",)
    # In a folder of the host's own they are classes like any other.
    assert len(scan_folder(find_places(host.root.parent / "comp", host.root)).images) == 2


def test_short_side_reads_headers_and_bears_rubbish(host: Host) -> None:
    host.images("a.png", "b.png", size=(40, 30))
    (host.root / "c.png").write_bytes(b"not an image")
    places = find_places(host.root, None)
    assert short_side(places, scan_folder(places)) == 30
