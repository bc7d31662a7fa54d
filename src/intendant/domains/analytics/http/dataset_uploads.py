"""The route that takes a file, as the body or in a form, and keeps its rows as a dataset."""

import hashlib
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from intendant.domains.analytics.contract import PREFIX
from intendant.domains.analytics.datasets import isolation, records, uploads, usecases
from intendant.domains.analytics.http import dataset_views as views
from intendant.kernel.access import Permission, Principal
from intendant.kernel.registry import Doors

FORM_BYTES = 1024 * 1024
"""What a form adds to the file in it."""
FORM_FIELDS_MAX = 12
Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", min_length=1, max_length=200, description="The same key gives the same answer."),
]


def upload_routes(doors: Doors) -> APIRouter:
    """Return the route that takes a file."""
    router = APIRouter(prefix=PREFIX, tags=["datasets"])
    system = doors.system

    @router.post(
        "/datasets",
        summary="Upload a dataset",
        status_code=201,
        response_model=views.DatasetView,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {**_RAW, "multipart/form-data": {"schema": _FORM}},
            }
        },
        max_body_size=uploads.UPLOAD_BYTES_MAX + FORM_BYTES,
    )
    async def upload(
        request: Request,
        name: Annotated[str | None, Query(max_length=usecases.NAME_LENGTH_MAX)] = None,
        description: Annotated[str, Query(max_length=usecases.DESCRIPTION_LENGTH_MAX)] = "",
        file_name: Annotated[
            str | None, Query(max_length=300, description="Its ending tells what the body is.")
        ] = None,
        delimiter: Annotated[str | None, Query(min_length=1, max_length=1)] = None,
        day_first: Annotated[bool | None, Query(description="Whether 03/04/2020 is the third of April.")] = None,
        header: Annotated[bool | None, Query(description="Whether the first row names the columns.")] = None,
        idempotency_key: Key = None,
        principal: Principal = doors.requires(Permission.AI_CREATE),
    ) -> Any:
        """Keep the rows of a file: CSV, Excel, JSON or Parquet, also compressed, up to 200 MiB and 10,000 columns.

        What is not said is found out. Bad rows are set aside with reasons, the others kept; the counts add up to the file.
        """
        asked: dict[str, Any] = {
            "name": name, "description": description, "delimiter": delimiter, "day_first": day_first, "header": header,
        }  # fmt: skip
        once = doors.once_for(request, idempotency_key, b"")
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        with isolation.folder() as folder:
            place = Path(folder)
            if kind == "multipart/form-data":
                async with request.form(max_files=1, max_fields=FORM_FIELDS_MAX) as form:
                    file = _file_of(form)
                    stored = uploads.safe_name(file.filename, uploads.SUFFIXES.get(file.content_type or "", ""))
                    digest = await uploads.receive(uploads.in_parts(file.file), place / stored)
                    asked |= {key: value for key, value in form.items() if key in asked}
            else:
                if kind == "application/x-www-form-urlencoded":
                    raise uploads.UploadInvalid(
                        "A form without a file brings no table.",
                        field="Content-Type",
                        remedy="Send multipart/form-data, or the file itself with its content type, such as text/csv.",
                    )
                stored = uploads.safe_name(file_name, uploads.SUFFIXES.get(kind, ""))
                digest = await uploads.receive(request.stream(), place / stored)
            fields = _fields(asked, stored)
            return await run_in_threadpool(keep, principal, once, place, stored, _digest(digest, fields), fields)

    def keep(
        principal: Principal, once: Any, place: Path, stored: str, digest: bytes, fields: views.UploadFields
    ) -> Any:
        taken = records.source_names(system.registry)
        usecases.check_name(fields.name, taken)
        options = uploads.Options(fields.delimiter, fields.day_first, fields.header)
        prepared = uploads.read_upload(place, stored, options)
        asked = usecases.Asked(fields.name, fields.description, "upload", source=stored)

        def make() -> views.DatasetView:
            dataset = usecases.add_dataset(tx, principal, system.files, asked, prepared, taken_names=taken)
            return views.show_dataset(dataset, [dict(each) for each in prepared.columns], [])

        with system.database.transaction(principal.organization_id) as tx:
            return once.run(tx, make, status=201, body_digest=digest)

    return router


def _file_of(form: FormData) -> UploadFile:
    files = [value for value in form.values() if isinstance(value, UploadFile)]
    if len(files) != 1:
        raise uploads.UploadInvalid(
            "The form brings no file.", field="file", remedy="Send one file in the form's field 'file'."
        )
    return files[0]


def _fields(asked: dict[str, Any], stored: str) -> views.UploadFields:
    """Check what was said of the file; without a name the dataset is called as the file."""
    given = {key: value for key, value in asked.items() if value not in (None, "")}
    given.setdefault("name", stored.partition(".")[0][: usecases.NAME_LENGTH_MAX])
    try:
        return views.UploadFields.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise uploads.UploadInvalid(
            f"{first['msg']}.",
            field=".".join(str(part) for part in first["loc"]),
            remedy="Fields are name, description, delimiter (one character), day_first and header (true or false).",
        ) from error


def _digest(body: bytes, fields: views.UploadFields) -> bytes:
    return hashlib.sha256(body + fields.model_dump_json().encode()).digest()


_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "name": {"type": "string", "maxLength": usecases.NAME_LENGTH_MAX},
        "description": {"type": "string", "maxLength": usecases.DESCRIPTION_LENGTH_MAX},
        "delimiter": {"type": "string", "minLength": 1, "maxLength": 1},
        "day_first": {"type": "boolean"},
        "header": {"type": "boolean"},
    },
}
"""The shape of a form with a file."""
_RAW = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in uploads.SUFFIXES}
