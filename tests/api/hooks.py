"""What schemathesis cannot know by itself: whom the caller is, what was planted in the city, and what that caller may be told.

Half of the well-formed requests ask for what is really there (planted people, real records, batches, consents), so that there is
something to be refused. Every answer is then looked through for what was planted.
"""
import atexit
import itertools
import json
import os
import re

import schemathesis

CALLER = os.environ["CREDENCE_CALLER"]
with open(os.environ["CREDENCE_PLAN"], encoding="utf-8") as file:
    PLAN = json.load(file)
PEOPLE = PLAN["people"]
TURNS, INQUIRIES = itertools.count(), itertools.count()

# Which acts may end well, for whom. Everything else that needs a key must be refused. `docs/access.md` has every cell; this is
# written down a second time on purpose, by hand.
OFFICE = {
    "POST /api/v1/batches", "GET /api/v1/batches/{batch}", "GET /api/v1/batches/{batch}/errors", "POST /api/v1/inquiries",
    "POST /api/v1/records/{record}/corrections", "POST /api/v1/records/{record}/revocations",
    "POST /api/v1/records/{record}/restorations", "POST /api/v1/records/{record}/openings",
    "GET /api/v1/incidents", "GET /api/v1/incidents/{incident}", "POST /api/v1/incidents",
    "GET /api/v1/cases", "GET /api/v1/cases/{case}",
    "GET /api/v1/notices", "POST /api/v1/notices/{notice}/acknowledgements",
}
SUBJECT = {
    "POST /api/v1/inquiries", "POST /api/v1/consents", "POST /api/v1/consents/{consent}/revocations",
    "POST /api/v1/records/{record}/withdrawals", "POST /api/v1/records/{record}/displays",
    "POST /api/v1/records/{record}/objections", "POST /api/v1/records/{record}/restoration-applications",
    "GET /api/v1/records/{record}/rights", "GET /api/v1/own/cases", "GET /api/v1/own/cases/{case}", "GET /api/v1/own/notices",
    "POST /api/v1/cases/{case}/retractions", "POST /api/v1/cases/{case}/review-requests",
}
# A key may end itself, or have another put in its place: none of the keys here has that chance, see `before_call`.
OPERATOR = {
    # Staff of the big data centre: may see what every batch was, verifies codes, handles incidents; opens nobody's records.
    "POST /api/v1/identifiers/verifications", "GET /api/v1/batches/{batch}", "GET /api/v1/batches/{batch}/errors",
    "GET /api/v1/incidents", "GET /api/v1/incidents/{incident}", "POST /api/v1/incidents",
    *(f"POST /api/v1/incidents/{{incident}}/{step}" for step in
      ("classifications", "containments", "notifications", "dispensations", "subject-notices", "closures")),
    # Any key: a leaked one is ended here.
    "POST /api/v1/keys/{key}/revocations", "POST /api/v1/keys/{key}/rotations",
    "GET /api/v1/cases", "GET /api/v1/cases/{case}",
    # What takes two. A key is no person and approves nothing (`./test` has people who sign in for that).
    "GET /api/v1/proposals", "GET /api/v1/proposals/{proposal}",
}
# What takes two, for those whose name comes with their key.
PROPOSING = {"POST /api/v1/proposals", "GET /api/v1/proposals", "GET /api/v1/proposals/{proposal}",
             "POST /api/v1/proposals/{proposal}/approvals", "POST /api/v1/proposals/{proposal}/rejections"}
# What an officer does in their own name about a case.
HANDLING = {f"POST /api/v1/cases/{{case}}/{step}" for step in
            ("acceptances", "extensions", "decisions", "returns", "restoration-decisions", "reviews")} | {
    "POST /api/v1/records/{record}/restoration-reversals"}
MAY = {
    "nobody": set(),
    "revoked": set(),
    "office": OFFICE,
    "filer": OFFICE,
    "person": SUBJECT,
    "organisation": SUBJECT,
    "third-party": {"POST /api/v1/inquiries", "GET /api/v1/notices", "POST /api/v1/notices/{notice}/acknowledgements"},
    "operator": OPERATOR,
    "officer": OFFICE | PROPOSING | HANDLING,
    "staff": OPERATOR | PROPOSING,
}[CALLER]


def label(case):
    return f"{case.method.upper()} {case.path}"


def is_private(case):
    return bool(case.operation.definition.raw.get("security"))


# What was reached, so that a run in which nothing could have been told does not pass for a good one: run.py reads it.
REACHED = {"opened": 0, "own": 0, "asked and refused": 0}


@atexit.register
def write_down():
    with open("reached.json", "w", encoding="utf-8") as file:
        json.dump(REACHED, file)


# --- what is asked -------------------------------------------------------------------------------------------------------


def whole(value):
    """JSON Schema takes `3.0` for an integer, and so schemathesis writes it; the API asks for `3`, as its readers would write."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(each) for each in value]
    if isinstance(value, dict):
        return {name: whole(each) for name, each in value.items()}
    return value


def pick(turn, choices):
    return choices[turn % len(choices)]


@schemathesis.hook
def before_call(context, case, kwargs):
    # A caller that ends its own key would be nobody from then on: it asks for the others' keys only.
    if case.path.startswith("/api/v1/keys/") and str((case.path_parameters or {}).get("key")) == str(PLAN["keys"].get(CALLER)):
        case.path_parameters = {"key": PLAN["keys"]["spare"]}
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    case.body = whole(case.body)
    # In a sequence of requests the next asks for what the one before it made.
    turn = next(TURNS)
    if turn % 2 or case.meta.phase.name.value == "stateful":
        return
    turn //= 2
    person = pick(turn, PEOPLE)
    path = dict(case.path_parameters or {})
    for name in path:
        if name in PLAN["numbers"]:
            path[name] = pick(turn, PLAN["numbers"][name])
        elif name == "code" and "organisations" in case.path:
            path[name] = pick(turn, [PLAN["organisation"], person["identifier"], PLAN["business"]])
        elif name == "code":
            path[name] = pick(turn, PLAN["items"])
    case.path_parameters = path
    if case.path == "/api/v1/organisations" and case.query and "name" in case.query:
        case.query["name"] = pick(turn, [person["identifier"], person["name"], PLAN["organisation"], "有限公司"])
    if not isinstance(case.body, (dict, bytes, str)):
        return
    if case.path == "/api/v1/inquiries":
        purposes = [{"for": "duty", "duty": duty, "matter": f"探{turn}"} for duty in range(1, 7)]
        purposes += [{"for": "own"}, {"for": "consent", "consent": pick(turn, PLAN["numbers"]["consent"])}]
        # A matter that names a person is refused, and the refusal must not say the number again.
        purposes += [{"for": "duty", "duty": 1, "matter": f"关于{person['identifier']}"}]
        case.body = {"identifier": person["identifier"], "purpose": pick(turn, purposes)}
        # And now and then what this caller may ask: else nothing would show that the others are refused for a reason.
        if CALLER in PLAN["entitled"] and next(INQUIRIES) % 4 == 0:
            case.body = PLAN["entitled"][CALLER]
    elif case.path == "/api/v1/batches":
        case.query["item"] = PLAN["item"]
        case.body = pick(turn, PLAN["files"])
    elif isinstance(case.body, dict) and "reason" in case.body and turn % 3 == 0:
        case.body["reason"] = f"关于{person['identifier']}"


# --- what may be answered ------------------------------------------------------------------------------------------------


def open_to(case, response):
    """The marks (a word of the facts that were filed) that this answer may show: of those the caller may look at in this way.
    Number and full name are open to the person alone."""
    if response.status_code != 200:
        return set()
    body = case.body if isinstance(case.body, dict) else {}
    asked = {person["mark"] for person in PEOPLE if person["identifier"] == body.get("identifier")}
    purpose = body.get("purpose") if isinstance(body.get("purpose"), dict) else {}
    if case.path == "/api/v1/inquiries":
        if CALLER in ("office", "filer", "officer"):
            return asked if purpose.get("duty") in PLAN["duties"][CALLER] else set()
        if CALLER == "third-party":
            return asked & {PLAN["consented"]} if purpose.get("for") == "consent" else set()
    if CALLER == "filer" and case.path == "/api/v1/records/{record}/openings":
        return {person["mark"] for person in PEOPLE}
    return set()


@schemathesis.check
def nobody_is_told_what_is_not_theirs(ctx, response, case):
    """No number, no name, no mark of a planted person but where the law opens it."""
    told = response.text
    if response.status_code >= 400:
        # The address that was asked for is said again; whoever asked knows it.
        told = re.sub(r'"instance":"[^"]*"', "", told)
    told += "\n" + "\n".join(f"{name}: {value}" for name, values in response.headers.items() for value in values)
    opened = open_to(case, response)
    REACHED["opened"] += any(mark in told for mark in opened)
    REACHED["own"] += CALLER == "person" and response.status_code == 200 and PEOPLE[0]["mark"] in told
    asked = isinstance(case.body, dict) and any(person["identifier"] == case.body.get("identifier") for person in PEOPLE)
    REACHED["asked and refused"] += asked and response.status_code in (401, 403)
    for index, person in enumerate(PEOPLE):
        if CALLER == "person" and index == 0:
            continue
        for what in ("identifier", "name"):
            assert person[what] not in told, f"{CALLER} is told the {what} of planted person {index}"
        assert person["mark"] not in told or person["mark"] in opened, f"{CALLER} is told of planted person {index}"


@schemathesis.check
def only_who_may_gets_through(ctx, response, case):
    """An act that is not this caller's never ends well."""
    if is_private(case) and label(case) not in MAY:
        assert response.status_code >= 400, f"{CALLER} must not get through with {label(case)}"
        if CALLER in ("nobody", "revoked"):
            # Before the key is known, only the form of what was sent may be spoken of.
            early = {400, 401, 404, 405, 408, 413, 415, 431}
            assert response.status_code in early, f"{response.status_code} is said to {CALLER}"


@schemathesis.check
def every_answer_is_guarded(ctx, response, case):
    """The headers that keep a browser from doing what it should not, and what is private out of every cache."""
    headers = {name.lower(): values for name, values in response.headers.items()}
    assert headers.get("x-content-type-options") == ["nosniff"], "nosniff"
    assert headers.get("referrer-policy") == ["no-referrer"], "referrer-policy"
    policy = " ".join(headers.get("content-security-policy", []))
    assert "default-src 'none'" in policy and "unsafe" not in policy, f"content-security-policy: {policy}"
    if is_private(case):
        assert headers.get("cache-control") == ["no-store"], f"cache-control: {headers.get('cache-control')}"


# What would come from inside: a key, a place in a file of ours, a word of the database.
INSIDE = re.compile(r"credence_\d+_[0-9a-f]{16,}|panicked|sqlx|sqlite_|SQLITE_|crates/\w+/src|/tmp/|no such (table|column)|syntax error")
# The law's table says by which code each article is carried.
SAYS_CODE = "/api/v1/law"


@schemathesis.check
def nothing_is_told_of_the_inside(ctx, response, case):
    found = None if case.path.startswith(SAYS_CODE) else INSIDE.search(response.text)
    assert not found, f"`{found[0]}` is told" if found else ""


# --- what is no finding --------------------------------------------------------------------------------------------------


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Whether a failure counts."""
    # Only a subject who asks for its own may leave the identifier out; that depends on the key, of which a schema of the body
    # cannot speak. Everyone else is told so with 400 and the field.
    if type(failure).__name__ == "RejectedPositiveData" and case.path == "/api/v1/inquiries":
        body = case.body if isinstance(case.body, dict) else {}
        if response.status_code == 400 and body.get("identifier") is None and '"field":"identifier"' in response.text:
            return False
    # Which days the law covers is the law's data: an incident that was noticed on another is told so, with 400 and the field.
    if type(failure).__name__ == "RejectedPositiveData" and case.path == "/api/v1/incidents":
        if response.status_code == 400 and '"field":"noticed"' in response.text:
            return False
    # Which fields of a scope go together, and what makes an authority or a catalogue's edition, is more than their flat descriptions
    # say: the refusal names the field.
    for path, field in (("/api/v1/incidents/{incident}/subject-notices", "scope"), ("/api/v1/proposals", "body")):
        if type(failure).__name__ == "RejectedPositiveData" and case.path == path and f'"field":"{field}"' in response.text:
            return False
    # Header and form together make a request for an access token (RFC 6749, 2.3.1 and 5.2): no schema speaks of both.
    if type(failure).__name__ == "RejectedPositiveData" and case.path == "/oauth2/token":
        return response.status_code != 400
    return True
