"""buurtbus.py - a client of the HTTP API of Buurtbus for Python 3.11 and later, of the standard library only.

    from buurtbus import Buurtbus, verify_webhook
    bus = Buurtbus("http://127.0.0.1:8480", token)

What changes something is asked with one Idempotency-Key, and again with the same one when no answer came: it is done
once. Nothing that was sent or received is ever logged here.
"""

import base64
import hashlib
import hmac
import http.client
import json
import re
import time
import urllib.parse
import uuid

FIRST_WAIT_S = 0.2  # before a question is asked again; doubled each time
LONGEST_WAIT_S = 10.0
SILENCE_S = 45.0  # the server says something every 15 s
ANSWER_S = 30.0
PAGE_SIZE = 200

# 409 with these types, and these statuses, are over soon.
PASSING_TYPES = ("urn:problem-type:buurtbus:pending", "urn:problem-type:buurtbus:requestInProgress")
PASSING_STATUS = (429, 502, 503, 504)


class Problem(Exception):
    """A refusal: type is to program by, the text for people, issues names fields (RFC 9457)."""

    def __init__(self, status, body):
        said = body if isinstance(body, dict) else {}
        super().__init__(said.get("title", f"the server answered {status}"))
        self.status = status
        self.type = said.get("type", "about:blank")
        self.issues = said.get("issues", [])

    def is_a(self, word):
        """Does type end in this word, such as "consentWithdrawn"?"""
        return self.type.endswith(":" + word)

    @property
    def is_passing(self):
        """Is it over soon by itself?"""
        return self.status in PASSING_STATUS or self.type in PASSING_TYPES


class EventsLost(Exception):
    """The store of the node is an older copy, without the event that was seen. Read your cases anew, and begin anew."""


def _json_of(text):
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


class Buurtbus:
    """url: of the API. token: `buurtbus token new`. actor: the account of the member of staff, not a name.
    language: of sentences for people. attempts: how often a question is asked before it is given up."""

    def __init__(self, url, token, actor=None, language="nl", attempts=8):
        parts = urllib.parse.urlsplit(url)
        self._secure = parts.scheme == "https"
        self._address = parts.netloc
        self._attempts = attempts
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        if actor is not None:
            self._headers["Buurtbus-Actor"] = actor

    def _connect(self, timeout):
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._address, timeout=timeout)

    def _try(self, method, path, body, headers):
        connection = self._connect(ANSWER_S)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, _json_of(answer.read())
        finally:
            connection.close()

    def ask(self, method, path, body=None, headers=None):
        """One question; again while it may help. Gives (body, etag), raises a Problem, or OSError when nobody answers."""
        sent = {**self._headers, **(headers or {})}
        data = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        pause = FIRST_WAIT_S
        for attempt in range(1, self._attempts + 1):
            last = attempt == self._attempts
            try:
                status, got, said = self._try(method, path, data, sent)
            except (OSError, http.client.HTTPException):
                # No answer came: nobody knows whether it was done.
                if last:
                    raise
            else:
                if 200 <= status < 300:
                    return said, got.get("ETag")
                problem = Problem(status, said)
                if last or not problem.is_passing:
                    raise problem
                after = got.get("Retry-After", "")
                if after.isdigit():
                    pause = max(pause, min(float(after), LONGEST_WAIT_S))
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_WAIT_S)
        raise AssertionError("the last attempt ends it")

    def get(self, path):
        return self.ask("GET", path)[0]

    def list(self, path):
        """All items of a list, page after page. path: with its question, but without a cursor."""
        cursor = None
        while True:
            mark = "&" if "?" in path else "?"
            page = self.get(path if cursor is None else f"{path}{mark}cursor={urllib.parse.quote(cursor)}")
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def post(self, path, body, key=None, etag=None):
        """What sends or changes something. key: to go on with after a restart of your own program."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        if etag is not None:
            headers["If-Match"] = etag
        return self.ask("POST", path, body, headers)[0]

    def refer(self, referral, key=None):
        """Refer; gives the number of the case."""
        return self.post("/v1/referrals", referral, key)["caseNumber"]

    def signal(self, signal, key=None):
        """Raise a signal; gives the number of the case."""
        return self.post("/v1/signals", signal, key)["caseNumber"]

    def referral(self, number):
        """A referral as it is now, and the ETag that a decision about it needs."""
        return self.ask("GET", f"/v1/referrals/{number}")

    def decide(self, number, step, etag, said=None, key=None):
        """A step of a referral ("accept", "decline", "infoReply", "start", "outcome" ...), about the state that etag names.
        A Problem of status 412 says that it has changed since: read it again, and decide again."""
        return self.post(f"/v1/referrals/{number}/{step}", said or {}, key, etag)

    def decide_while(self, number, step, holds, said=None):
        """The same while it is wanted: holds is given the referral as it is now, and asked again when it has changed in
        between. Gives False when holds says no."""
        while True:
            case, etag = self.referral(number)
            if not holds(case):
                return False
            try:
                self.decide(number, step, etag, said)
                return True
            except Problem as problem:
                if problem.status != 412:
                    raise

    def _stream(self, last):
        headers = {**self._headers, "Accept": "text/event-stream"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        connection = self._connect(SILENCE_S)
        try:
            connection.request("GET", "/v1/events", headers=headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise Problem(answer.status, _json_of(answer.read()))
            data = []
            while line := answer.readline():
                if line.startswith(b"data: "):
                    data.append(line[6:].rstrip(b"\n"))
                elif line == b"\n" and data:
                    yield json.loads(b"\n".join(data))
                    data = []
        finally:
            connection.close()

    def _newest(self):
        try:
            return self.get("/v1/events?cursor=0&pageSize=1")["newest"]
        except (OSError, http.client.HTTPException):
            return None
        except Problem as problem:
            if not problem.is_passing:
                raise
            return None

    def events(self, after=None):
        """Events as they happen, behind the one with the id after (from now on when there is none), for as long as one
        listens: after a break it goes on where it was. Keep the id of the last event that was dealt with."""
        last, pause = after, FIRST_WAIT_S
        while True:
            try:
                for event in self._stream(last):
                    last, pause = event["id"], FIRST_WAIT_S
                    yield event
            except Problem as problem:
                if problem.is_a("eventUnknown"):
                    raise EventsLost(f"event {last} was seen: {problem}") from None
                if not problem.is_passing:
                    raise
            except (OSError, http.client.HTTPException):
                pass
            # Without an event so far there is nothing to go on behind: what is the newest now?
            if last is None:
                last = self._newest()
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_WAIT_S)

    def events_since(self, after="0"):
        """The same for who asks from time to time: what has happened behind after (0: all), and it ends."""
        last = str(after)
        while True:
            page = self.get(f"/v1/events?cursor={last}&pageSize={PAGE_SIZE}")
            if int(page["newest"]) < int(last):
                raise EventsLost(f"event {last} was seen, and the newest is {page['newest']}")
            yield from page["items"]
            if page["next"] is None:
                return
            last = page["last"]


def verify_webhook(secret, headers, body, tolerance_s=300, now_s=None):
    """Is this message of a webhook ours? Standard Webhooks 1.0: secret is "whsec_...", headers those of the request, body the
    bytes as they came, before any parsing. Gives the event, or raises a ValueError that says why not. tolerance_s: how old
    it may be. Remember webhook-id: a message that was not answered in time comes again."""
    given = {name.lower(): value for name, value in headers.items()}
    message_id = given.get("webhook-id")
    timestamp = given.get("webhook-timestamp")
    signatures = given.get("webhook-signature")
    if not message_id or not timestamp or not signatures:
        raise ValueError("a header of the webhook is missing")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise ValueError("the timestamp is no number")
    now = time.time() if now_s is None else now_s
    if abs(now - int(timestamp)) > tolerance_s:
        raise ValueError("the message is too old, or a clock is wrong")
    if not re.fullmatch(r"whsec_[A-Za-z0-9+/]{32,88}={0,2}", secret):
        raise ValueError("this is no secret of a webhook")
    content = body.encode() if isinstance(body, str) else bytes(body)
    signed = f"{message_id}.{timestamp}.".encode() + content
    digest = hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    # As bytes: what is not ASCII is wrong, and no error of its own.
    if not any(hmac.compare_digest(one.encode(), wanted.encode()) for one in signatures.split(" ")):
        raise ValueError("the signature is not right")
    return json.loads(content)
