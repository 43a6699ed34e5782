"""example.py - a first day with the API, against a sandbox: refer somebody, follow what happens, decide about somebody else.

    BUURTBUS_URL=... BUURTBUS_TOKEN=... python3 example.py
"""

import os

from buurtbus import Buurtbus, Problem

bus = Buurtbus(os.environ["BUURTBUS_URL"], os.environ["BUURTBUS_TOKEN"], actor="example", language="en")

# 1. Refer. Consent 1 is there in every sandbox; the people in it do not exist.
referral = {
    "consentNumber": 1,
    "candidates": ["ldc-proef"],
    "mode": "direct",
    "purpose": "care_coordination",
    "urgency": "routine",
    "area": "21004",
    "referral": {
        "person": {"name": "Rosa Voorbeeld", "address": "Voorbeeldstraat 12", "language": "nl", "ageBand": "80_89"},
        "strengths": "Kan prachtig vertellen over de wijk",
        "needs": ["loneliness_isolation"],
        "reason": "Ziet sinds de winter niemand meer",
        "reasonLanguage": "nl",
        "handoverMode": "warm_visit",
    },
}
before = bus.get("/v1/events?cursor=0&pageSize=200")["last"]
number = bus.refer(referral)
print(f"referred: {number}", flush=True)

# 2. Follow, until it is done. An event says what happened; the case says the rest.
for event in bus.events(after=before):
    if event["subject"] != f"referrals/{number}":
        continue
    print(event["type"].removeprefix("be.buurtbus.v1.referrals.notify."), flush=True)
    # Once, and only while it is so: an event can be older than the case.
    if bus.decide_while(number, "confirm", lambda now: now["line"]["state"] == "completed", {"closeReason": "met"}):
        break
print("confirmed")

# 3. Decide about somebody who waits here.
for line in bus.list("/v1/referrals?box=to_decide"):
    if line["kind"] != "referral_in":
        continue
    if bus.decide_while(line["number"], "accept", lambda now: "accept" in now["actions"]):
        print(f"accepted: {line['number']}")
    break

# 4. A refusal has a type to program by, and a sentence for people. Consent 3 was withdrawn.
try:
    person = {"name": "Mia Voorbeeld", "language": "nl", "ageBand": "70_79"}
    bus.refer({**referral, "consentNumber": 3, "referral": {**referral["referral"], "person": person}})
except Problem as problem:
    if not problem.is_a("consentWithdrawn"):
        raise
    print(f"refused: {problem}")
