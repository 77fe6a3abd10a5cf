"""Tries the API of a demo city against the description that it serves, as each kind of caller in turn.

usage: tests/api/run [--examples N] [--caller NAME]... [--keep] [--jobs N]

  --examples N   cases for each address and phase (default 30; 1000 takes about half an hour)
  --caller NAME  only this caller: nobody, revoked, office, filer, person, organisation, third-party, operator,
                 officer and staff (both with keys in a person's name)
  --jobs N       how many callers at a time (default 2)
  --keep         keep the folder with the cities, logs and reports, and say where it is

CREDENCE names the program. Each caller has a city of its own, so that none changes what the next one finds. Afterwards the
journal must verify, the tables must be the journal's, and the log must know nothing of what was planted.
"""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CREDENCE = os.environ.get("CREDENCE", str(ROOT / "target/debug/credence"))
CALLERS = ["nobody", "revoked", "office", "filer", "person", "organisation", "third-party", "operator",
           "officer", "staff"]
ITEM, FILER, PLANTED = "administrative-penalty-person", "transport", 24
# Duties of Article 20 that the keys carry, and of them those for which the item is shared.
DUTIES = {"office": [1], "filer": [1, 2], "officer": [1]}
SPOKEN = threading.Lock()


def say(*words):
    with SPOKEN:
        print(*words, flush=True)


def credence(*words, **more):
    done = subprocess.run([CREDENCE, *words], capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"error: credence {' '.join(words[:2])} ended with {done.returncode}\n{done.stderr}{done.stdout}")
    return done.stdout


def identifier(index):
    """An invented identity number of the division that was never assigned."""
    first = f"1199991985{index // 28 + 1:02}{index % 28 + 1:02}{700 + index:03}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return first + "10X98765432"[sum(int(figure) * weight for figure, weight in zip(first, weights)) % 11]


def line(person, number):
    return {
        "counterparty_name": person["name"], "counterparty_category": "自然人", "document_type": "身份证",
        "document_number": person["identifier"], "decision_document_number": f"京交植〔2026〕{number}号",
        "violation_type": "未取得道路旅客运输经营许可从事经营", "facts": person["mark"],
        "legal_basis": "《中华人民共和国道路运输条例》", "penalty_kinds": "罚款", "penalty_content": "罚款1000元。",
        "fine": "0.1", "conduct_day": "2026-05-02", "decision_day": "2026-05-20",
        "deciding_authority": "北京市交通委员会", "deciding_authority_code": "11110000YY90001636",
        "source_unit": "北京市交通委员会", "source_unit_code": "11110000YY90001636",
    }


COLUMNS = {
    "counterparty_name": "CF_XDR_MC", "counterparty_category": "CF_XDR_LB", "document_type": "CF_XDR_ZJLX",
    "document_number": "CF_XDR_ZJHM", "decision_document_number": "CF_WSH", "violation_type": "CF_WFXW", "facts": "CF_SY",
    "legal_basis": "CF_YJ", "penalty_kinds": "CF_CFLB", "penalty_content": "CF_NR", "fine": "CF_NR_FK",
    "conduct_day": "违法行为日期", "decision_day": "CF_JDRQ", "deciding_authority": "CF_CFJG",
    "deciding_authority_code": "CF_CFJGDM", "source_unit": "CF_SJLY", "source_unit_code": "CF_SJLYDM",
}


def table(lines):
    rows = [",".join(COLUMNS.values())]
    rows += [",".join(each.get(name, "") for name in COLUMNS) for each in lines]
    return "\r\n".join(rows) + "\r\n"


def found_city(folder):
    """A demo city with planted people, keys for every caller, and the plan of it for the hooks."""
    city = folder / "city"
    made = json.loads(credence("demo", "--store", str(city), "--subjects", "40", "--seed", "3", "--day", "2026-06-01", "--json"))
    examples = made["examples"]
    people = [
        {"identifier": identifier(index), "name": f"植{chr(0x7532 + index)}{chr(0x5b50 + index)}", "mark": f"探针{4096 + index:x}事实"}
        for index in range(PLANTED)
    ]
    def key(*words):
        return json.loads(credence("key", "add", *words, "--label", "try", "--store", str(city), "--json"))

    def duties(caller):
        return [word for duty in DUTIES[caller] for word in ("--duty", str(duty))]

    revoked = key("--office", FILER, *duties("filer"))
    credence("key", "revoke", str(revoked["key"]), "--reason", "a test", "--store", str(city), "--json")
    spare = key("--subject", people[9]["identifier"])
    tokens = {
        "nobody": None,
        "revoked": revoked["token"],
        "office": key("--office", "market-regulation", *duties("office"))["token"],
        "filer": key("--office", FILER, *duties("filer"))["token"],
        "person": key("--subject", people[0]["identifier"])["token"],
        "organisation": examples["organisation_token"],
        "third-party": examples["third_party_token"],
        "operator": examples["operator_token"],
        # In persons' names: only these may propose.
        "officer": key("--office", "market-regulation", *duties("officer"), "--person", "P-1", "--name", "甲")["token"],
        "staff": key("--operator", "--person", "O-1", "--name", "乙", "--last-day", "2027-05-01")["token"],
    }
    giver = key("--subject", people[1]["identifier"])["token"]
    consent = {
        "grantee_name": "京示范银行（演示）", "grantee_identifier": examples["third_party"], "items": [ITEM],
        "purpose": "个人贷款", "last_day": "2099-01-01",
    }
    planted = table([line(person, 9000 + index) for index, person in enumerate(people)])
    with Served(folder, city, "setting-up") as address:
        filed = post(f"{address}/api/v1/batches?item={ITEM}", tokens["filer"], "text/csv", planted)
        given = post(f"{address}/api/v1/consents", giver, "application/json", json.dumps(consent))
    if filed["filed"] != PLANTED:
        sys.exit(f"error: what was planted was not filed: {filed}")
    # Lines that are refused: the report must not say the number again.
    wrong = [dict(line(people[index], 9100 + index), decision_day="2026-13-40") for index in range(4)]
    plan = {
        "people": people, "item": ITEM, "entitled": {
            "officer": {"identifier": people[6]["identifier"], "purpose": {"for": "duty", "duty": 1, "matter": "京市监许2026-2"}},
            "office": {"identifier": people[7]["identifier"], "purpose": {"for": "duty", "duty": 1, "matter": "京市监许2026-1"}},
            "filer": {"identifier": people[8]["identifier"], "purpose": {"for": "duty", "duty": 2, "matter": "京交许2026-1"}},
            "person": {"purpose": {"for": "own"}},
            "third-party": {"identifier": people[1]["identifier"], "purpose": {"for": "consent", "consent": given["consent"]}},
        }, "keys": {
            "spare": spare["key"], **{caller: int(token.split("_")[1]) for caller, token in tokens.items() if token}}, "duties": DUTIES, "consented": people[1]["mark"],
        "organisation": examples["organisation"], "business": examples["individual_business"],
        "items": ["administrative-penalty", ITEM, "registration"],
        "numbers": {
            "record": list(range(made["records"] - 8, made["records"] + PLANTED + 1)),
            "batch": [1, filed["batch"], 2, filed["batch"] - 1], "consent": [1, given["consent"], 2, 99],
            "entry": list(range(1, 500, 17)), "article": ["35"],
        },
        "files": [table(wrong), table([line(people[5], 9200)]), json.dumps({"document_number": people[2]["identifier"]}) + "\n"],
    }
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return city, tokens, people


def post(address, token, media, text):
    headers = {"content-type": media, "authorization": f"Bearer {token}"}
    with urllib.request.urlopen(urllib.request.Request(address, data=text.encode(), headers=headers), timeout=60) as answer:
        return json.load(answer)


class Served:
    """A store that is served, until the end of the block."""

    def __init__(self, folder, city, name):
        self.log, self.city = folder / f"{name}.log", city

    def __enter__(self):
        self.errors = open(self.log, "wb")
        self.process = subprocess.Popen(
            [CREDENCE, "serve", "--store", str(self.city), "--demo", "--listen", "127.0.0.1:0", "--json"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env={**os.environ, "RUST_LOG": os.environ.get("RUST_LOG", "info")})
        said = self.process.stdout.readline()
        if not said:
            sys.exit(f"error: the city is not served\n{self.log.read_text()}")
        return json.loads(said)["listening"]

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        ended = self.process.wait(timeout=60)
        self.errors.close()
        if ended != 0:
            raise SystemExit(f"error: the server ended with {ended}\n{self.log.read_text()}")


def attempt(caller, folder, base, tokens, people, examples):
    """One caller's requests; what went wrong."""
    began = time.monotonic()
    city, work = folder / f"city-{caller}", folder / caller
    shutil.copytree(base, city)
    work.mkdir()
    wrong, output = [], ""
    with Served(folder, city, caller) as address:
        words = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run",
                 f"{address}/api/v1/openapi.json", "--max-examples", str(examples)]
        if tokens[caller]:
            words += ["--header", f"Authorization: Bearer {tokens[caller]}"]
        environment = {**os.environ, "CREDENCE_CALLER": caller, "CREDENCE_PLAN": str(folder / "plan.json"),
                       "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "COLUMNS": "160"}
        tried = subprocess.run(words, cwd=work, env=environment, capture_output=True, text=True)
        output = tried.stdout + tried.stderr
        if tried.returncode != 0:
            wrong.append(f"schemathesis ended with {tried.returncode}")
    (work / "output.txt").write_text(output, encoding="utf-8")
    for check in (["verify"], ["rebuild", "--compare"]):
        done = subprocess.run([CREDENCE, *check, "--store", str(city), "--json"], capture_output=True, text=True)
        if done.returncode != 0:
            wrong.append(f"afterwards `credence {' '.join(check)}` ends with {done.returncode}: {done.stdout}{done.stderr}")
    log = (folder / f"{caller}.log").read_text(encoding="utf-8", errors="replace")
    for person in people:
        wrong += [f"the log has the {what} of a planted person" for what in ("identifier", "name", "mark") if person[what] in log]
    wrong += [f"the log has `{word}`" for word in ("panicked", "ERROR") if word in log]
    cases = re.search(r"(\d+) generated", output)
    if not cases or int(cases[1]) < 200:
        wrong.append(f"too little was tried: {cases and cases[0]}")
    reached = json.loads((work / "reached.json").read_text()) if (work / "reached.json").exists() else {}
    wanted = {"office": "opened", "filer": "opened", "officer": "opened", "third-party": "opened", "person": "own"}.get(caller)
    wrong += [f"`{what}` was never reached" for what in (wanted, "asked and refused") if what and not reached.get(what)]
    verdict = "ok" if not wrong else "FAILED"
    say(f"{caller}: {verdict}, {cases[0] if cases else 'nothing generated'}, {reached}, {time.monotonic() - began:.0f} s")
    if wrong:
        say(output)
        say("\n".join(dict.fromkeys(f"{caller}: {each}" for each in wrong)))
    return not wrong


def main():
    reader = argparse.ArgumentParser(add_help=False)
    reader.add_argument("--examples", type=int, default=30)
    reader.add_argument("--caller", action="append", choices=CALLERS)
    reader.add_argument("--jobs", type=int, default=2)
    reader.add_argument("--keep", action="store_true")
    reader.add_argument("--help", "-h", action="store_true")
    asked = reader.parse_args()
    if asked.help:
        say(__doc__.strip())
        return 0
    folder = Path(tempfile.mkdtemp(prefix="credence-api."))
    try:
        city, tokens, people = found_city(folder)
        with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
            outcomes = list(pool.map(lambda caller: attempt(caller, folder, city, tokens, people, asked.examples), asked.caller or CALLERS))
    finally:
        if asked.keep:
            say(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    say(f"{sum(outcomes)} of {len(outcomes)} callers got what the description says and nothing else")
    return 0 if all(outcomes) else 1


sys.exit(main())
