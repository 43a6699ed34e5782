/* json_answer.h - replies of the node, problems and reference data as answers of the
 * API. */
#ifndef ADAPTERS_HTTP_JSON_ANSWER_H
#define ADAPTERS_HTTP_JSON_ANSWER_H

#include "adapters/http/health.h"
#include "adapters/http/problem.h"
#include "adapters/http/request.h"

/* One field that is missing or wrong, in the names of the API. */
struct answer_issue {
    const char *field;
    const char *words;
};

/* A problem; its members are those of RFC 9457 and issues. What the client sent is not
 * repeated. */
MUST_USE bool json_answer_problem(const struct problem *problem,
        const struct answer_issue *issues, size_t n_issues, struct response *answer);

/* A refusal of the node. matched: the request named a version. */
MUST_USE bool json_answer_refusal(const struct route *route, const struct reply *reply,
        bool matched, enum lang lang, struct response *answer);

/* What the row makes of a reply that is no refusal; the same reply always gives the
 * same bytes. False with answer->status 0: no memory; 404: its list is empty where one
 * was asked for. The arena is for what travels packed. */
MUST_USE bool json_answer_reply(const struct route *route, const struct page *page,
        const struct reply *reply, struct arena *arena, struct response *answer);

/* What an event is about: "be.buurtbus.v1.referrals.notify.accepted" and
 * "referrals/12". */
enum { EVENT_TYPE_BYTES = 128 };
struct event_names {
    char type[EVENT_TYPE_BYTES], subject[EVENT_TYPE_BYTES];
};
struct event_names json_answer_event_names(const struct event_line *event);
/* An event about this program itself, in the same form. */
char *json_answer_own_event(const char *id, const char *partner,
        const struct event_names *names, uint64_t number, int64_t at_ms);

/* One event of this partner's node as CloudEvents 1.0 in one line, on the heap; NULL:
 * no memory. */
char *json_answer_event(const struct event_line *event, const char *partner);

/* Reference data: all vocabularies, or one with its labels. */
MUST_USE bool json_answer_vocabularies(struct response *answer);
MUST_USE bool json_answer_vocabulary(const char *name, enum lang lang,
        struct response *answer);

/* {"status":"DEGRADED","reasons":[{"code":"brokerAway","detail":"..."}]} */
MUST_USE bool json_answer_health(const struct health_report *report, enum lang lang,
        struct response *answer);

#endif
