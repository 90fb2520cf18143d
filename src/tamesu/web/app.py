"""The addresses: every page twice, as HTML and as JSON; pictures by number; four things that can be done."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tamesu.errors import BusyError, DamagedError, Fault, FolderGoneError, InputError, TamesuError, Where
from tamesu.messages import Language
from tamesu.web.bin import bin_run
from tamesu.web.bodies import DecideRequest, DeleteRequest, StopRequest, TryRequest
from tamesu.web.explained import make_heat_picture
from tamesu.web.gallery import PICTURE_PX, THUMBNAIL_PX, make_picture, open_gallery
from tamesu.web.memory import stamp_of
from tamesu.web.pages import (
    augmentations,
    board,
    changed,
    compare,
    competition,
    data,
    ensembles,
    errors,
    groups,
    ideas,
    relabel,
    run,
    runs,
    submissions,
    verdicts,
)
from tamesu.web.plainly import write_json
from tamesu.web.relabelling import decide
from tamesu.web.render import render_page
from tamesu.web.statics import STATICS, read_static
from tamesu.web.view import Desk, Page, View
from tamesu.web.working import find_work

Build = Callable[[View], Page]

PAGES: dict[str, Build] = {
    "/competition": competition.build,
    "/runs": runs.build,
    "/runs/{name}": run.build,
    "/errors": errors.build,
    "/compare": compare.build,
    "/compare/images": changed.build,
    "/ensembles": ensembles.build,
    "/verdicts": verdicts.build,
    "/ideas": ideas.build,
    "/augmentations": augmentations.build,
    "/data": data.build,
    "/image": data.build_image,
    "/groups": groups.build,
    "/relabel": relabel.build,
    "/leaderboard": board.build,
    "/submissions": submissions.build,
}
LANGUAGE = "tamesu_language"


def make_app(desk: Desk) -> Starlette:
    """The app, without its guard: `tamesu.web.serve` puts that around it.

    It is Starlette and not FastAPI on top of it: no /docs, no schema, and no spans that an environment variable sends
    somewhere are wanted here, so none of what FastAPI adds is.

    Args:
        desk: what every page works with.
    """
    routes: list[Route] = []
    for path, build in PAGES.items():
        # The JSON first: a name in the path would take its ending along.
        routes.append(Route(f"{path}.json", answer_json(desk, build), methods=["GET"]))
        routes.append(Route(path, answer_page(desk, build), methods=["GET"]))

    async def missing(request: Request, error: Exception) -> Response:
        return await run_in_threadpool(answer_missing, desk, request, error)

    routes += [*list_reading(desk), *list_changing(desk)]
    app = Starlette(routes=routes, exception_handlers={HTTPException: missing})
    # An address is what it is, and no redirect repeats what somebody wrote behind it.
    app.router.redirect_slashes = False
    return app


def read_view(desk: Desk, request: Request) -> View:
    """What a request is about. Its language: of the address, else of the cookie, else of the desk."""
    query: dict[str, list[str]] = {}
    for key, value in parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=200):
        query.setdefault(key, []).append(value)
    wanted = (query.get("lang") or [request.cookies.get(LANGUAGE, desk.language)])[0]
    language: Language = "ja" if wanted == "ja" else "en"
    return View(desk, language, query, str(request.path_params.get("name", "")))


def answer_page(desk: Desk, build: Build) -> Callable[[Request], Response]:
    """A route that answers with HTML."""

    def answer(request: Request) -> Response:
        try:
            view = read_view(desk, request)
        except ValueError:
            return Response(status_code=400)
        query = [(key, value) for key, values in view.query.items() for value in values if key != "lang"]
        other = "ja" if view.language == "en" else "en"
        twin = f"{request.url.path}.json" + (f"?{urlencode(query, errors='replace')}" if query else "")
        changed = "?" + urlencode([*query, ("lang", other)], errors="replace")
        status, content = attempt_page(build, view, twin, changed)
        response = Response(content, status, media_type="text/html; charset=utf-8")
        if "lang" in view.query:
            response.set_cookie(LANGUAGE, view.language, max_age=31_536_000, httponly=True, samesite="strict")
        return response

    return answer


def answer_json(desk: Desk, build: Build) -> Callable[[Request], Response]:
    """A route that answers with the same page's values."""

    def answer(request: Request) -> Response:
        try:
            view = read_view(desk, request)
        except ValueError:
            return Response(status_code=400)
        page = attempt(build, view)
        return Response(write_json(page.data), page.status, media_type="application/json")

    return answer


def attempt(build: Build, view: View) -> Page:
    """A page, or the page that says why there is none: what is wrong with a file must not take the pages down."""
    try:
        return build(view)
    except InputError as error:
        status = 404 if any(code.startswith("PAGE_NO_") for code in error.codes) else 409
        return make_problem(view, list(error.faults), status)
    except TamesuError as error:
        return make_problem(view, [str(error)], 409)
    except Exception:
        return tell_broken(view)


def attempt_page(build: Build, view: View, twin: str, other: str) -> tuple[int, bytes]:
    """The status and the HTML of a page, or of the one that says why there is none."""
    page = attempt(build, view)
    try:
        text = render_page(page, view, twin, other)
    except Exception:
        page = tell_broken(view)
        text = render_page(page, view, "", "")
    return page.status, text.encode("utf-8", "replace")


def tell_broken(view: View) -> Page:
    """The page after a fault of ours. Nothing of it goes to the browser: it may hold paths and names of the machine."""
    traceback.print_exc(file=sys.stderr)
    return make_problem(view, [Fault("PAGE_BROKEN", "refuse", Where())], 500)


def make_problem(view: View, problems: list[Fault] | list[str], status: int) -> Page:
    """The page that says what is wrong."""
    faults = [one.text(view.language) if isinstance(one, Fault) else one for one in problems]
    codes = [one.code for one in problems if isinstance(one, Fault)]
    return Page("problem.html", view.say("problem"), {"faults": faults, "codes": codes}, {}, status)


def answer_missing(desk: Desk, request: Request, error: Exception) -> Response:
    """What stands at an address at which there is nothing."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if request.method not in ("GET", "HEAD"):
        return Response(write_json({"faults": [], "codes": ["PAGE_NOT_FOUND"]}), status, media_type="application/json")
    try:
        view = read_view(desk, request)
    except ValueError:
        return Response(status_code=400)
    page = make_problem(view, [Fault("PAGE_NOT_FOUND", "refuse", Where())], status)
    content = render_page(page, view, "", "").encode("utf-8", "replace")
    return Response(content, status, media_type="text/html; charset=utf-8")


def list_reading(desk: Desk) -> list[Route]:
    """The addresses that browsers read beside the pages."""

    def start(_request: Request) -> Response:
        return Response(status_code=307, headers={"location": "/competition"})

    def live(_request: Request) -> Response:
        found = {"running": find_work(desk.folder, desk.memory), "trying": desk.starts.look()}
        return Response(write_json(found), media_type="application/json")

    def list_rows(build: Callable[[View], dict[str, Any]]) -> Callable[[Request], Response]:
        def rows(request: Request) -> Response:
            try:
                view = read_view(desk, request)
            except ValueError:
                return Response(status_code=400)
            return Response(write_json(attempt_rows(build, view)), media_type="application/json")

        return rows

    def heat(request: Request) -> Response:
        view = View(desk, name=request.path_params["name"])
        made = answer_heat(view, request.path_params["number"])
        return Response(made, media_type="image/jpeg")

    def augmented(request: Request) -> Response:
        made = augmentations.find_picture(View(desk), request.path_params["name"])
        if made is None:
            raise HTTPException(404)
        return Response(made, media_type="image/png")

    def thumbnail(request: Request) -> Response:
        return answer_picture(desk, request.path_params["number"], THUMBNAIL_PX)

    def picture(request: Request) -> Response:
        return answer_picture(desk, request.path_params["number"], PICTURE_PX)

    def static(request: Request) -> Response:
        name = request.path_params["name"]
        found = read_static(name)
        if found is None:
            raise HTTPException(404)
        return Response(found, media_type=STATICS[name])

    return [
        Route("/", start, methods=["GET"]),
        Route("/live.json", live, methods=["GET"]),
        Route("/augmentations/sheet.json", list_rows(augmentations.build_sheet), methods=["GET"]),
        Route("/augmented/{name}", augmented, methods=["GET"]),
        Route("/data/rows.json", list_rows(data.build_rows), methods=["GET"]),
        Route("/errors/rows.json", list_rows(errors.build_rows), methods=["GET"]),
        Route("/compare/images/rows.json", list_rows(changed.build_rows), methods=["GET"]),
        Route("/heat/{name}/{number:int}", heat, methods=["GET"]),
        Route("/thumbnails/{number:int}", thumbnail, methods=["GET"]),
        Route("/pictures/{number:int}", picture, methods=["GET"]),
        Route("/static/{name}", static, methods=["GET"]),
    ]


def answer_picture(desk: Desk, number: int, long_px: int) -> Response:
    """A JPEG that was made here, of the image with a number; 404 where there is none or it cannot be read."""
    try:
        gallery = open_gallery(desk.folder, desk.memory)
    except TamesuError:
        raise HTTPException(404) from None
    if not 0 <= number < len(gallery):
        raise HTTPException(404)
    path = gallery.root / gallery.paths[number]
    made = desk.pictures.keep((number, long_px), (path, stamp_of(path)), lambda: make_picture(gallery, number, long_px))
    if made is None:
        raise HTTPException(404)
    return Response(made, media_type="image/jpeg")


def attempt_rows(build: Callable[[View], dict[str, Any]], view: View) -> dict[str, Any]:
    """A stretch of a gallery; after a fault of ours an empty one, and nothing of the fault goes to the browser."""
    try:
        return build(view)
    except TamesuError as error:
        return {"total": 0, "rows": [], "problem": run.say_error(error, view.language)}
    except Exception:
        traceback.print_exc(file=sys.stderr)
        return {"total": 0, "rows": [], "problem": Fault("PAGE_BROKEN", "refuse", Where()).text(view.language)}


def answer_heat(view: View, number: int) -> bytes:
    """A JPEG that was made here, of the mean heat of a class in a run; 404 where there is none."""
    try:
        run.find_path(view.folder, view.name, view.desk.memory)
    except InputError:
        raise HTTPException(404) from None
    made = make_heat_picture(view, view.name, number)
    if made is None:
        raise HTTPException(404)
    return made


def list_changing(desk: Desk) -> list[Route]:
    """The four addresses that do something; who may, and in what form, the guard has looked at already."""

    def act(kind: type[BaseModel], do: Callable[[Any, Language], dict[str, Any]]) -> Callable[..., Any]:
        async def answer(request: Request) -> Response:
            body, view = await request.body(), read_view(desk, request)
            status, said = await run_in_threadpool(perform, kind, body, do, view.language)
            return Response(write_json(said), status, media_type="application/json")

        return answer

    return [
        Route("/tries", act(TryRequest, lambda one, language: begin(desk, one, language)), methods=["POST"]),
        Route("/tries/stop", act(StopRequest, lambda one, _: desk.starts.stop(one.key)), methods=["POST"]),
        Route("/runs/delete", act(DeleteRequest, lambda one, _: delete(desk, one)), methods=["POST"]),
        Route("/relabel/decisions", act(DecideRequest, lambda one, language: decide(desk, one, language)), methods=["POST"]),
    ]


def begin(desk: Desk, one: TryRequest, language: Language) -> dict[str, Any]:
    """Begin a try."""
    return desk.starts.start(one.key, one.idea, one.recipe, language)


def delete(desk: Desk, one: DeleteRequest) -> dict[str, Any]:
    """Move a run into the bin."""
    return {"moved": desk.starts.once(one.key, lambda: bin_run(desk.folder, one.run))}


def perform(
    kind: type[BaseModel], body: bytes, do: Callable[[Any, Language], dict[str, Any]], language: Language
) -> tuple[int, dict[str, Any]]:
    """Do what a body asks for; returns the status and what to answer.

    Args:
        kind: what the body must be.
        body: JSON.
        do: does it.
        language: of the answer.
    """
    try:
        wanted = kind.model_validate_json(body)
    except ValidationError:
        fault = Fault("PAGE_BODY", "refuse", Where())
        return 422, {"faults": [fault.text(language)], "codes": [fault.code]}
    try:
        return 200, do(wanted, language)
    except InputError as error:
        return 409, {"faults": [fault.text(language) for fault in error.faults], "codes": list(error.codes)}
    except (BusyError, DamagedError, FolderGoneError, OSError) as error:
        return 409, {"faults": [str(error)], "codes": []}
