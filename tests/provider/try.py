"""Signs in, looks at the tokens, rotates the keys, signs out: what tests/provider/README.md describes, with the standard
library only. It is the provider's own test."""
import base64, hashlib, http.client, http.cookiejar, http.server, json, re, secrets, subprocess, sys, threading, urllib.error, urllib.parse, urllib.request
from pathlib import Path

here = Path(__file__).parent
told = []


class Client(http.server.BaseHTTPRequestHandler):
    """Takes the back-channel logout, as Credence does."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        told.append(urllib.parse.parse_qs(body)["logout_token"][0])
        self.send_response(200)
        self.send_header("cache-control", "no-store")
        self.end_headers()

    def log_message(self, *_):
        pass


class Stay(urllib.request.HTTPRedirectHandler):
    """Every redirection is seen, none is followed by itself."""

    def redirect_request(self, *_):
        return None


def expect(holds, what):
    if not holds:
        sys.exit(f"failed: {what}")


def claims(token):
    return [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def ask(browser, url, form=None, headers=None):
    """Status, headers and body, whatever the status."""
    data = None if form is None else urllib.parse.urlencode(form).encode()
    try:
        answer = browser.open(urllib.request.Request(url, data=data, headers=headers or {}), timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers, answer.read().decode()


def sign_in(provider, login, back):
    """The steps of a sign-in; the answer of the token address, the nonce, the browser with its cookies, and a way to ask again."""
    browser = urllib.request.build_opener(Stay, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    verifier, nonce, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = dict(response_type="code", client_id=provider["client_id"], redirect_uri=back, state=state, nonce=nonce,
                 scope="openid profile credence", code_challenge=challenge, code_challenge_method="S256")
    status, headers, body = ask(browser, provider["issuer"] + "/auth?" + urllib.parse.urlencode(query))
    expect(status == 303 and headers["location"].startswith("/interaction/"), f"to the sign-in page: {status} {body}")
    page = urllib.parse.urljoin(provider["issuer"], headers["location"])
    status, _, body = ask(browser, page)
    expect(status == 200 and f'value="{login}"' in body, "the page offers the account")
    status, headers, _ = ask(browser, page, {"login": login})
    expect(status == 303, f"signed in: {status}")
    status, headers, body = ask(browser, headers["location"])
    expect(status == 303 and headers["location"].startswith(back), f"back at the client: {status} {body}")
    came = urllib.parse.parse_qs(urllib.parse.urlparse(headers["location"]).query)
    expect(came["state"] == [state] and came["iss"] == [provider["issuer"]], "state and issuer come back")
    basic = base64.b64encode(f"{provider['client_id']}:{provider['client_secret']}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": came["code"][0], "redirect_uri": back, "code_verifier": verifier}
    status, _, body = ask(browser, provider["issuer"] + "/token", form, {"authorization": "Basic " + basic})
    expect(status == 200, f"a token: {status} {body}")
    again = lambda: ask(browser, provider["issuer"] + "/token", form, {"authorization": "Basic " + basic})[0]
    return json.loads(body), nonce, browser, again


def main():
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Client)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    here_is = f"http://127.0.0.1:{listener.server_port}"
    back, after = here_is + "/sign-in/back", here_is + "/"
    modules = sys.argv[1] if len(sys.argv) > 1 else str(here)
    process = subprocess.Popen(
        ["node", f"{modules}/provider.mjs", "--redirect", back, "--until-input-ends", "--accounts", str(here / "accounts.json")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        provider = json.loads(process.stdout.readline())
        plain = urllib.request.build_opener(Stay)
        control = provider["control"]
        changed = {"post_logout_redirect_uris": [after], "backchannel_logout_uri": here_is + "/sign-out/told"}
        request = urllib.request.Request(control + "/client", data=json.dumps(changed).encode())
        expect(json.load(plain.open(request, timeout=20))["redirect_uris"] == [back], "the client is changed in part")

        found = json.loads(ask(plain, provider["issuer"] + "/.well-known/openid-configuration")[2])
        expect(found["issuer"] == provider["issuer"] and found["backchannel_logout_session_supported"], "discovery")
        expect(found["code_challenge_methods_supported"] == ["S256"], "PKCE with S256 only")
        bare = {"response_type": "code", "client_id": provider["client_id"], "redirect_uri": back, "scope": "openid"}
        status, headers, _ = ask(plain, provider["issuer"] + "/auth?" + urllib.parse.urlencode(bare))
        expect("error=invalid_request" in headers["location"], "without PKCE no sign-in")

        tokens, nonce, browser, again = sign_in(provider, "officer-li", back)
        head, said = claims(tokens["id_token"])
        expect(said["nonce"] == nonce and said["sub"] == "officer-li" and said["aud"] == provider["client_id"], f"{said}")
        expect(said["credence_office"] == "market-regulation" and said["credence_duties"] == [1, 3], f"{said}")
        expect(said["acr"] == "two-factors" and said["amr"] == ["pwd", "otp"] and "auth_time" in said and "sid" in said, f"{said}")
        kids = lambda: [key["kid"] for key in json.loads(ask(plain, found["jwks_uri"])[2])["keys"]]
        expect(kids() == [head["kid"]], "the key that signed is published")
        status, _, body = ask(plain, found["userinfo_endpoint"], None, {"authorization": "Bearer " + tokens["access_token"]})
        expect(status == 200 and json.loads(body)["staff_number"] == "M-0417", "userinfo")
        expect(again() == 400, "a code holds once")
        status, _, _ = ask(plain, found["userinfo_endpoint"], None, {"authorization": "Bearer " + tokens["access_token"]})
        expect(status == 401, "a code that is shown twice ends what it gave")

        query = urllib.parse.urlencode({"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": after, "state": "s"})
        status, _, body = ask(browser, found["end_session_endpoint"] + "?" + query)
        secret = re.search(r'name="xsrf" value="([^"]+)"', body)
        expect(status == 200 and secret, f"the sign-out page: {status}")
        status, headers, _ = ask(browser, found["end_session_endpoint"] + "/confirm", {"xsrf": secret[1], "logout": "yes"})
        expect(status == 303 and headers["location"] == after + "?state=s", f"after signing out: {status} {headers['location']}")
        expect(len(told) == 1, "the client is told")
        _, logout = claims(told[0])
        expect(logout["sid"] == said["sid"] and "http://schemas.openid.net/event/backchannel-logout" in logout["events"], f"{logout}")

        status, _, body = ask(plain, control + "/rotate", {})
        expect(status == 200 and kids() == [json.loads(body)["kid"]] != [head["kid"]], "a new key, and only that")
        tokens, _, _, _ = sign_in(provider, "agent-chen", back)
        head, said = claims(tokens["id_token"])
        expect(head["kid"] == kids()[0] and said["organisation_code"] == "91110108551385082Q" and said["mandate"], f"{said}")
        status, _, body = ask(plain, control + "/sign-out", {"sub": "agent-chen"})
        expect(json.loads(body)["ended"] == 1 and len(told) == 2 and claims(told[1])[1]["sid"] == said["sid"], "the provider ends a session")
        print("the provider signs in, rotates its key, and tells of every sign-out")
    finally:
        process.stdin.close()
        expect(process.wait(timeout=20) == 0, "it ends with its input")


main()
