"""The peer Django REST Framework, as its tutorial writes it, in one file."""

# mypy: disable-error-code="import-not-found,misc,unused-ignore,no-untyped-call"

import os
from typing import Any

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of a server that nobody signs in to",
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["BENCH_DATABASE"],
            "CONN_MAX_AGE": None,
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import generics, pagination, serializers, views  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402


class Claim(models.Model):
    """One row of the peers' table."""

    id = models.TextField(primary_key=True)
    negotiation = models.TextField()
    claimant = models.TextField()
    addressed_to = models.JSONField()
    meeting = models.TextField(null=True)
    edtf = models.TextField(null=True)
    sort_key = models.TextField()
    text = models.TextField()
    kind = models.TextField()
    attribution = models.TextField()
    reported_by = models.JSONField()
    about = models.JSONField()
    issue = models.TextField(null=True)
    relations = models.JSONField()
    evidence = models.JSONField()

    class Meta:
        app_label = "claims"
        managed = False
        db_table = "claim"


class ClaimSerializer(serializers.ModelSerializer):
    class Meta:
        model = Claim
        fields = "__all__"


class Cursor(pagination.CursorPagination):
    """Pages by the order of dates."""

    ordering = ("sort_key", "id")
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200


class ClaimList(generics.ListAPIView):
    """Claims, of one negotiation or all."""

    serializer_class = ClaimSerializer
    pagination_class = Cursor

    def get_queryset(self) -> Any:
        """The claims to page through."""
        negotiation = self.request.query_params.get("negotiation")
        found = Claim.objects.all()
        return found.filter(negotiation=negotiation) if negotiation else found


class ClaimDetail(generics.RetrieveAPIView):
    """One claim."""

    queryset = Claim.objects.all()
    serializer_class = ClaimSerializer


class Search(views.APIView):
    """The best or the newest claims with a word."""

    def get(self, request: Request) -> Response:
        """Twenty of them."""
        newest = "newest" in request.query_params
        order = "claim.sort_key DESC" if newest else "claim_words.rank"
        found = Claim.objects.raw(
            "SELECT claim.* FROM claim_words JOIN claim ON claim.rowid = claim_words.rowid "
            f"WHERE claim_words MATCH %s ORDER BY {order} LIMIT 20",
            [request.query_params["q"]],
        )
        return Response(ClaimSerializer(found, many=True).data)


class Kinds(views.APIView):
    """How many claims of each kind there are."""

    def get(self, request: Request) -> Response:
        """The counts by kind."""
        found = Claim.objects.all()
        if negotiation := request.query_params.get("negotiation"):
            found = found.filter(negotiation=negotiation)
        counts = found.values_list("kind").annotate(number=models.Count("id")).order_by()
        return Response(dict(counts))


urlpatterns = [
    path("claims", ClaimList.as_view()),
    path("claims/<str:pk>", ClaimDetail.as_view()),
    path("search", Search.as_view()),
    path("facets", Kinds.as_view()),
]
application = get_wsgi_application()
