/* gateway.h - the local socket: requests of adapters and of the command line, one reply
 * each.
 *
 * A refusal is a reply with its code, a sentence, and one issue for each wrong field;
 * nothing of it is stored but a line of the trace. */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "nodes/node_inner.h"
#include "nodes/words.h"

/* Who holds HOME/cli.token, in the rows of idempotency keys; no other token bears this
 * name. */
#define GATEWAY_CLI "cli"

enum {
    GATEWAY_ISSUES_MAX = 32,
    GATEWAY_ALL_SCOPES = 0x3FE,
    /* for an op that says nothing which who can open the socket may not know */
    GATEWAY_NO_TOKEN = 0,
};

/* One request on its way through a handler. */
struct gateway_call {
    const struct request *request;
    struct span frame; /* as it came */
    uint64_t conn;
    uint64_t scopes; /* bit n: scope n */
    char token[SPOOL_TOKEN_NAME_BYTES];
    enum lang lang;
    /* what the handler fills in */
    enum code code;       /* CODE_OK: done */
    uint64_t case_number; /* for the trace of a refusal */
    struct issue issues[GATEWAY_ISSUES_MAX];
    size_t n_issues;
    struct reply reply; /* its result */
    bool deferred;      /* the reply comes in a later turn */
    /* What refused it, when that was the consent: kept after the handler is undone. */
    struct spool_judged judged;
};

/* One frame of a local client; false: the store failed. */
MUST_USE bool gateway_take(struct node *node, uint64_t conn, struct span frame,
        struct err *err);

/* For handlers: a field is wrong; the code becomes `code` when there was none. Always
 * returns true: a refusal is no failure. */
bool gateway_wrong(struct gateway_call *call, enum code code, const char *field,
        enum words words);
/* The same with words of another kind (a label, a reason in the node's own words). */
bool gateway_wrong_text(struct node *node, struct gateway_call *call, enum code code,
        const char *field, const char *words);
/* The same, and behind the words whom or what it is about. */
bool gateway_wrong_naming(struct node *node, struct gateway_call *call, enum code code,
        const char *field, enum words words, const char *subject);
/* Refuse without a field. */
bool gateway_refuse(struct gateway_call *call, enum code code);

/* The result "made". */
MUST_USE bool gateway_made(struct node *node, struct gateway_call *call,
        const struct made *made, struct err *err);

/* A reply that was put off; call as it was. */
MUST_USE bool gateway_reply(struct node *node, const struct gateway_call *call,
        struct err *err);

/* May this call read cases of this kind: signals, or referrals and the rest? */
bool gateway_may_read(const struct gateway_call *call, enum case_kind kind);

/* Find a case that this call may read; else the call is refused, and names the field
 * that the number came in. reports: who makes reports may too, for nothing of a person
 * is shown. */
MUST_USE bool gateway_find_case(struct node *node, struct gateway_call *call,
        uint64_t number, const char *field, bool reports, struct spool_case *file,
        struct err *err);

/* Who asks, for moments: the actor, or our own name. */
const char *gateway_actor(const struct node *node, const struct gateway_call *call);
bool gateway_has_scope(const struct gateway_call *call, enum scope scope);
/* The live member whose node serves this partner; NULL: there is none, and why. */
const struct member *gateway_find_partner(const struct node *node, const char *partner,
        enum code *code, enum words *words);
/* The same; when there is none the call is refused (field named). */
const struct member *gateway_partner(struct node *node, struct gateway_call *call,
        const char *field, const char *partner);

/* Each is a place that may be named today, or the call is refused: its form, and what
 * the steward's tables say; _on: only these, on that day. area: a municipality. */
void gateway_place(struct node *node, struct gateway_call *call, const char *field,
        const char *place);
void gateway_places(struct node *node, struct gateway_call *call, const char *field,
        const char *const *places, size_t n_places);
void gateway_area(struct node *node, struct gateway_call *call, const char *field,
        const char *area);
void gateway_place_on(struct node *node, struct gateway_call *call, const char *field,
        const char *place, int32_t day);

struct consents_record;
/* A record as people are shown it; what it points to lies in the scratch arena. */
MUST_USE bool gateway_consent_line(struct node *node,
        const struct consents_record *record, struct consent_line *line,
        struct err *err);

/* Handlers, one for each op of Request; false: the store failed. */
typedef bool gateway_handler(struct node *node, struct gateway_call *call,
        struct err *err);

/* What may be asked, who may ask it, and whether it changes something and so needs a
 * key against doing it twice. */
struct gateway_op {
    const char *name;
    size_t at;       /* of its pointer in struct request */
    uint64_t scopes; /* one of these is enough, or GATEWAY_NO_TOKEN */
    bool changes;
    bool joined; /* only for a member of a network */
    gateway_handler *handler;
};

/* The op that a request holds; NULL: none. */
const struct gateway_op *gateway_find_op(const struct request *request);

gateway_handler gateway_consent_give, gateway_consent_withdraw, gateway_consent_show,
        gateway_consent_reach, gateway_consent_list, gateway_consent_renew,
        gateway_consent_receipt, gateway_partnership, gateway_partnerships,
        gateway_flows, gateway_refer, gateway_signal, gateway_inbox, gateway_show,
        gateway_act, gateway_trace, gateway_directory, gateway_intake, gateway_service,
        gateway_status, gateway_doctor, gateway_backup, gateway_load_bundle,
        gateway_of_broker, gateway_token, gateway_tokens, gateway_leave,
        gateway_consent_explain, gateway_consent_check, gateway_openings,
        gateway_evidence;
gateway_handler gateway_rights_ask, gateway_rights_answer, gateway_rights_list,
        gateway_erase_settle, gateway_retention;
gateway_handler gateway_forward;
gateway_handler gateway_report, gateway_subscription, gateway_subscriptions,
        gateway_share;
gateway_handler gateway_visit, gateway_visits, gateway_events;
gateway_handler gateway_token_show, gateway_health, gateway_follow;
gateway_handler gateway_areas, gateway_substitute, gateway_find, gateway_capacity,
        gateway_absence, gateway_mandate, gateway_supply;
gateway_handler gateway_escalations, gateway_assign, gateway_hand_on;
gateway_handler gateway_ask_post, gateway_ask_claim, gateway_ask_end, gateway_campaign,
        gateway_barrier, gateway_advice, gateway_advice_answer, gateway_neighbours,
        gateway_volunteers, gateway_load;
gateway_handler gateway_triage, gateway_attempt, gateway_link, gateway_convert,
        gateway_signal_end;
gateway_handler gateway_audit_verify, gateway_audit_show, gateway_audit_seen;

#endif
