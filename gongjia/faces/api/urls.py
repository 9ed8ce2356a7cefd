"""The interface under /api/v1, its document, and a page that lists it without anything from outside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from gongjia.faces.api.delivery import delivery
from gongjia.faces.api.guard import NOT_FOUND, said
from gongjia.faces.api.v1 import api
from gongjia.faces.shared.pages import Page
from gongjia.faces.shared.policy import Policy, declared, page

app_name = "api"
ROOT = "/api/v1/"


def document() -> dict[str, Any]:
    return api.get_openapi_schema(path_prefix=ROOT)


def openapi(request: HttpRequest) -> HttpResponse:
    """The document that describes every operation; holds no data."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """No such operation: JSON, as everything else here."""
    return JsonResponse(
        {"reasons": [said("not_found", NOT_FOUND)]}, status=404, json_dumps_params={"ensure_ascii": False}
    )


class Docs(Page):
    """Every operation in words, made from the document."""

    policy = Policy("anyone")
    layout = "ui/layouts/plain.html"
    template = "api/docs.html"
    title = "接口说明"
    WHERE = {"path": "地址里", "query": "参数", "header": "请求头"}

    def context(self) -> dict[str, Any]:
        told = document()
        schemas = told.get("components", {}).get("schemas", {})
        found = []
        for address, methods in told["paths"].items():
            for method, one in methods.items():
                body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
                answers = next((answer for code, answer in one["responses"].items() if str(code).startswith("2")), {})
                shape = answers.get("content", {}).get("application/json", {}).get("schema", {})
                found.append(
                    {
                        "method": method.upper(),
                        "path": address,
                        "summary": one.get("summary", ""),
                        "words": one.get("description", ""),
                        "tag": (one.get("tags") or [""])[0],
                        "parameters": [
                            {
                                "name": each["name"],
                                "where": self.WHERE.get(each["in"], each["in"]),
                                "required": each.get("required", False),
                                "words": each.get("description") or each.get("schema", {}).get("description", ""),
                            }
                            for each in one.get("parameters", [])
                        ],
                        "body": fields(body, schemas),
                        "answer": fields(shape, schemas),
                    }
                )
        return {"operations": found, "about": told["info"]}


def fields(schema: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a shape, one level deep, lists by what they hold."""
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    shape = schemas.get(name, {})
    found = []
    for key, one in shape.get("properties", {}).items():
        inner = one.get("items", {}).get("$ref", "").rsplit("/", 1)[-1]
        holds = "、".join(schemas.get(inner, {}).get("properties", {})) if inner else ""
        found.append(
            {
                "name": key,
                "required": key in shape.get("required", []),
                "words": one.get("description", ""),
                "holds": holds,
            }
        )
    return found


urlpatterns = [
    page("openapi.json", openapi, name="openapi", policy=Policy("anyone")),
    page("docs", Docs, name="docs"),
    # the gateway signs its report instead of bringing a token
    page("sms/report", delivery, name="sms_report", policy=Policy("anyone")),
    # the token is asked for by the interface itself, before any operation
    declared(path("v1/", api.urls), Policy("anyone")),
    page("v1/<path:rest>", nothing, name="nothing", policy=Policy("anyone")),
]
