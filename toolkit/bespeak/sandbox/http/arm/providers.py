"""Registration of resource providers: ``POST /subscriptions/{id}/providers/{namespace}/register``."""

from __future__ import annotations

from bespeak.sandbox.http.arm.common import VERSIONS
from bespeak.sandbox.http.arm.places import Place, place_of
from bespeak.sandbox.http.exchange import About, Answer, Ask, Query, Route, plain
from bespeak.sandbox.http.shapes import resources as shapes
from bespeak.sandbox.providers import NAMESPACES, namespace_of
from bespeak.sandbox.refusals import RefusalError
from bespeak.sandbox.world import World

_READ = "Microsoft.Resources/subscriptions/providers/read"


def list_providers(ask: Ask, world: World) -> Answer:
    """All resource providers; a look at them moves no registration on."""
    place = place_of(ask, world, _READ)
    body: shapes.Providers = {
        "value": [
            _provider(
                place,
                name,
                "Registered"
                if world.providers.is_registered(place.held, place.azure, name, world.now)
                else "NotRegistered",
            )
            for name in NAMESPACES
        ]
    }
    return plain(body)


def get_provider(ask: Ask, world: World) -> Answer:
    """One resource provider and whether it is registered."""
    place = place_of(ask, world, _READ)
    name = _namespace(ask)
    return plain(_provider(place, name, world.providers.state(place.held, place.azure, name, world.now)))


def register(ask: Ask, world: World) -> Answer:
    """Asks for a registration, which takes some minutes."""
    name = _namespace(ask)
    place = place_of(ask, world, f"{name}/register/action")
    world.providers.register(place.held, place.azure, name, world.now)
    done = world.providers.is_registered(place.held, place.azure, name, world.now)
    return plain(_provider(place, name, "Registered" if done else "Registering"))


def _namespace(ask: Ask) -> str:
    name = namespace_of(ask.args["ns"])
    if name is None:
        what = f"The resource namespace '{ask.args['ns'][:80]}' is invalid."
        raise RefusalError(404, "InvalidResourceNamespace", what)
    return name


def _provider(place: Place, name: str, state: str) -> shapes.Provider:
    versions = list(VERSIONS.get(name.lower(), ("2022-11-01",)))
    kinds: list[shapes.ResourceType] = [
        {"resourceType": one, "locations": [], "apiVersions": versions} for one in NAMESPACES[name][0]
    ]
    return {
        "id": f"{place.path}/providers/{name}",
        "namespace": name,
        "resourceTypes": kinds,
        "registrationState": state,
        "registrationPolicy": "RegistrationRequired",
    }


_ALL = "/subscriptions/<sub>/providers"
_VERSION = Query("api-version", needed=True)
_REFUSED = ((400, "InvalidSubscriptionId"), (403, "AuthorizationFailed"), (404, "SubscriptionNotFound"))
_STATES = ("NotRegistered", "Registering", "Registered")
_TEST = "test_azure_resources.py::test_a_subscription_is_registered_some_minutes_after_it_is_asked_for"
_UNKNOWN = (404, "InvalidResourceNamespace")
ROUTES = (
    Route(
        "GET",
        _ALL,
        list_providers,
        about=About(
            "Providers - List", "S, K", {200: shapes.Providers}, _TEST, query=(_VERSION,), errors=_REFUSED
        ),
    ),
    Route(
        "GET",
        f"{_ALL}/<ns>",
        get_provider,
        about=About(
            "Providers - Get",
            "S, K",
            {200: shapes.Provider},
            _TEST,
            query=(_VERSION,),
            errors=(*_REFUSED, _UNKNOWN),
            states=_STATES,
        ),
    ),
    Route(
        "POST",
        f"{_ALL}/<ns>/register",
        register,
        about=About(
            "Providers - Register",
            "K; how long it takes INF",
            {200: shapes.Provider},
            _TEST,
            query=(_VERSION,),
            errors=(*_REFUSED, _UNKNOWN),
            states=_STATES,
        ),
    ),
)
