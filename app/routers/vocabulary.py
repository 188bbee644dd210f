"""The vocabulary over HTTP: what the values of enumerations mean."""

from starlette.responses import Response

from app.resources.vocabulary import VocabularyOut, vocabulary
from app.web.operations import operations

DAY_SECONDS = 86_400

router = operations("vocabulary")


@router.get("/vocabulary", summary="List the values of every enumeration")
async def get_vocabulary(response: Response) -> VocabularyOut:
    """What every value of every enumeration means, and which terms of PLOVER, CAMEO, schema.org,
    iCalendar, Popolo, Web Annotation and PROV stand for it, where there are any.
    """
    response.headers["Cache-Control"] = f"max-age={DAY_SECONDS}"
    return vocabulary()
