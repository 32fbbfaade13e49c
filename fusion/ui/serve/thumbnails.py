"""The examples' small pictures, each fetched where it is seen: GET /thumbnails/TASK/NUMBER."""

from starlette.requests import Request
from starlette.responses import Response

from fusion.ui.examples import examples, thumbnail


def thumbnails(request: Request) -> Response:
    """A WebP file; 404 where the task has no such example."""
    shown = dict(enumerate(examples(request.path_params["task"])))
    if (example := shown.get(request.path_params["number"])) is None:
        return Response(status_code=404)
    headers = {"cache-control": "private, max-age=3600"}
    return Response(thumbnail(example.picture), media_type="image/webp", headers=headers)
