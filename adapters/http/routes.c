/* routes.c - the table of operations. */
#include "adapters/http/route.h"
#include "core/span.h"

/* clang-format off */
#define GET_LOCAL(path, id, what, flags) \
    {"GET", path, id, "", ANSWER_LOCAL, flags, what, NULL, NULL, {NULL, NULL}, NULL, NULL, NULL}
#define GET_LIST(path, id, scopes, op, key, field, value, result, list) \
    {"GET", path, id, scopes, ANSWER_LIST, 0, op, key, NULL, {field, value}, result, list, NULL}
#define GET_ONE(path, id, scopes, op, key, result, list) \
    {"GET", path, id, scopes, ANSWER_ONE, 0, op, key, NULL, {NULL, NULL}, result, list, NULL}
#define GET_RESULT(path, id, scopes, op, key, result) \
    {"GET", path, id, scopes, ANSWER_RESULT, 0, op, key, NULL, {NULL, NULL}, result, NULL, NULL}
/* A question that is too long or too private for an address. */
#define ASK_LIST(path, id, scopes, op, result, list) \
    {"POST", path, id, scopes, ANSWER_LIST, ROUTE_BODY, op, NULL, NULL, {NULL, NULL}, result, list, NULL}
#define ASK_RESULT(path, id, scopes, op, result) \
    {"POST", path, id, scopes, ANSWER_RESULT, ROUTE_BODY, op, NULL, NULL, {NULL, NULL}, result, NULL, NULL}
#define MAKE(path, id, scopes, op, key, location) \
    {"POST", path, id, scopes, ANSWER_MADE, ROUTE_BODY | ROUTE_SENDS | ROUTE_NEW, op, key, NULL, {NULL, NULL}, "made", NULL, location}
#define CHANGE(path, id, scopes, op, key) \
    {"POST", path, id, scopes, ANSWER_MADE, ROUTE_BODY | ROUTE_SENDS, op, key, NULL, {NULL, NULL}, "made", NULL, NULL}
/* A step of a referral: an event, with what is said in the body. */
#define STEP(name, id, scopes, into, event) \
    {"POST", "/v1/referrals/{number}/" name, id, scopes, ANSWER_MADE, ROUTE_BODY | ROUTE_SENDS | ROUTE_MATCH, "act", "case_number", into, {"event", event}, "made", NULL, NULL}
/* What is said without a step. */
#define SAY(name, id, into) \
    {"POST", "/v1/referrals/{number}/" name, id, DECIDE_OR_SEND, ANSWER_MADE, ROUTE_BODY | ROUTE_SENDS, "act", "case_number", into, {NULL, NULL}, "made", NULL, NULL}

#define VISIT(name, id, step) \
    {"POST", "/v1/referrals/{number}/" name, id, DECIDE_OR_SEND, ANSWER_MADE, ROUTE_BODY | ROUTE_SENDS, "visit", "case_number", NULL, {"step", step}, "made", NULL, NULL}
#define SIGNAL_VISIT(name, id, step) \
    {"POST", "/v1/signals/{number}/" name, id, DECIDE_SIGNAL, ANSWER_MADE, ROUTE_BODY | ROUTE_SENDS, "visit", "case_number", NULL, {"step", step}, "made", NULL, NULL}
/* What is said among neighbours. */
#define TOLD(path, id, kind) \
    {"GET", path, id, DIRECTORY, ANSWER_LIST, 0, "neighbours", NULL, NULL, {"kind", kind}, "neighbours", "lines", NULL}

/* What events are sent to; who may read events may ask for it. */
#define HOOKS "/v1/webhookEndpoints"
#define WEBHOOK(method, path, id, flags, op, key) \
    {method, HOOKS path, id, FOLLOW, ANSWER_RESULT, ROUTE_HERE | (flags), op, key, NULL, {NULL, NULL}, "webhook", NULL, NULL}
#define WEBHOOK_LIST(path, id, op, key, result, list) \
    {"GET", HOOKS path, id, FOLLOW, ANSWER_LIST, ROUTE_HERE, op, key, NULL, {NULL, NULL}, result, list, NULL}

#define READ           "referral:read"
#define READ_CASES     "referral:read signal:read"
#define FOLLOW         "referral:read signal:read admin"
#define TRACE          "referral:read report:read"
#define TRACE_SIGNAL   "signal:read report:read"
#define SEND           "referral:send"
#define DECIDE         "referral:decide"
#define DECIDE_OR_SEND "referral:decide referral:send"
#define DECIDE_AND_SEND "referral:decide+referral:send"
/* Who goes on with a signal reads it. */
#define DECIDE_SIGNAL   "referral:decide+signal:read"
#define CONVERT_SIGNAL  "referral:send+signal:read"
#define SHARE_SIGNAL    "signal:send+signal:read"
#define CONSENT        "consent:write"
#define DIRECTORY      "directory:read"

const struct route ROUTES[] = {
    GET_LOCAL("/health",                  "getHealth",         "health",       ROUTE_OPEN),
    GET_LOCAL("/health/live",             "getLiveness",       "live",         ROUTE_OPEN),
    GET_LOCAL("/metrics",                 "getMetrics",        "metrics",      ROUTE_OPEN),
    GET_LOCAL("/v1/refData",              "listVocabularies",  "vocabularies", ROUTE_OPEN),
    GET_LOCAL("/v1/refData/{vocabulary}", "getVocabulary",     "vocabulary",   ROUTE_OPEN),
    GET_LOCAL("/openapi.json",            "getContract",       "openapi",      ROUTE_OPEN),
    GET_LOCAL("/docs",                    "getDocs",           "docs",         ROUTE_OPEN),
    GET_RESULT("/v1/status", "getStatus", "any", "status", NULL, "status"),

    GET_LIST("/v1/referrals", "listReferrals", READ, "inbox", NULL, "kinds", "referral_out,referral_in", "cases", "cases"),
    MAKE("/v1/referrals", "createReferral", SEND, "refer", NULL, "/v1/referrals/"),
    GET_RESULT("/v1/referrals/{number}", "getReferral", READ, "show", "number", "case_"),
    GET_LIST("/v1/referrals/{number}/trace", "getReferralTrace", TRACE, "trace", "number", NULL, NULL, "trace", "lines"),
    GET_LIST("/v1/referrals/{number}/openings", "listReferralOpenings", TRACE, "openings", "case_number", NULL, NULL, "openings", "openings"),
    STEP("seen",        "markReferralSeen",        DECIDE,         "said", "seen"),
    STEP("accept",      "acceptReferral",          DECIDE,         "said", "accept"),
    STEP("decline",     "declineReferral",         DECIDE,         "said", "decline"),
    STEP("waitlist",    "waitlistReferral",        DECIDE,         "said", "waitlist"),
    STEP("infoRequest", "requestReferralInfo",     DECIDE,         "info", "info_request"),
    STEP("infoReply",   "replyReferralInfo",       SEND,           "info", "info_reply"),
    STEP("start",       "startReferral",           DECIDE,         "said", "start"),
    STEP("hold",        "holdReferral",            DECIDE,         "said", "hold"),
    STEP("resume",      "resumeReferral",          DECIDE,         "said", "resume"),
    STEP("progress",    "reportReferralProgress",  DECIDE,         "said", "progress"),
    STEP("outcome",     "reportReferralOutcome",   DECIDE,         "said", "outcome"),
    STEP("fail",        "failReferral",            DECIDE,         "said", "fail"),
    STEP("confirm",     "confirmReferral",         SEND,           "said", "confirm"),
    STEP("cancel",      "cancelReferral",          SEND,           "said", "cancel"),
    STEP("inError",     "markReferralInError",     SEND,           "said", "in_error"),
    SAY("texts",  "sendReferralText",  "text"),
    GET_LIST("/v1/visits", "listVisits", READ_CASES, "visits", NULL, NULL, NULL, "visits", "visits"),
    GET_LIST("/v1/referrals/{number}/visits", "listReferralVisits", READ, "visits", "case_number", NULL, NULL, "visits", "visits"),
    VISIT("visits",          "planVisit",     "plan"),
    VISIT("visits/postpone", "postponeVisit", "postpone"),
    VISIT("visits/callOff",  "callOffVisit",  "call_off"),
    VISIT("visits/report",   "reportVisit",   "report"),
    MAKE("/v1/referrals/{number}/reopen",  "reopenReferral",  SEND,           "refer",   "reopens_case", "/v1/referrals/"),
    MAKE("/v1/referrals/{number}/forward", "forwardReferral", DECIDE_AND_SEND, "forward", "case_number",  "/v1/referrals/"),

    GET_LIST("/v1/signals", "listSignals", "signal:read", "inbox", NULL, "kinds", "signal_out,signal_in", "cases", "cases"),
    MAKE("/v1/signals", "createSignal", "signal:send", "signal", NULL, "/v1/signals/"),
    GET_RESULT("/v1/signals/{number}", "getSignal", "signal:read", "show", "number", "case_"),
    CHANGE("/v1/signals/{number}/triage", "triageSignal", DECIDE_SIGNAL, "triage", "case_number"),
    CHANGE("/v1/signals/{number}/attempts", "tryToReach", DECIDE_SIGNAL, "attempt", "case_number"),
    CHANGE("/v1/signals/{number}/link", "linkSignals", DECIDE_SIGNAL, "link", "case_number"),
    MAKE("/v1/signals/{number}/convert", "convertSignal", CONVERT_SIGNAL, "convert", "case_number", "/v1/referrals/"),
    CHANGE("/v1/signals/{number}/end", "endSignal", DECIDE_SIGNAL, "signal_end", "case_number"),
    CHANGE("/v1/signals/{number}/share", "shareSignal", SHARE_SIGNAL, "share", "case_number"),
    GET_LIST("/v1/signals/{number}/visits", "listSignalVisits", "signal:read", "visits", "case_number", NULL, NULL, "visits", "visits"),
    SIGNAL_VISIT("visits",          "planSignalVisit",     "plan"),
    SIGNAL_VISIT("visits/postpone", "postponeSignalVisit", "postpone"),
    SIGNAL_VISIT("visits/callOff",  "callOffSignalVisit",  "call_off"),
    SIGNAL_VISIT("visits/report",   "reportSignalVisit",   "report"),
    GET_LIST("/v1/signals/{number}/trace", "getSignalTrace", TRACE_SIGNAL, "trace", "number", NULL, NULL, "trace", "lines"),

    GET_LIST("/v1/consents", "listConsents", CONSENT, "consent_list", NULL, NULL, NULL, "consent", "consents"),
    MAKE("/v1/consents", "createConsent", CONSENT, "consent_give", NULL, "/v1/consents/"),
    ASK_RESULT("/v1/consents/check", "checkConsent", "consent:write referral:send", "consent_check", "explanation"),
    GET_ONE("/v1/consents/{number}", "getConsent", CONSENT, "consent_show", "number", "consent", "consents"),
    GET_RESULT("/v1/consents/{number}/receipt", "getConsentReceipt", CONSENT, "consent_receipt", "number", "consent_receipt"),
    CHANGE("/v1/consents/{number}/withdraw", "withdrawConsent", CONSENT, "consent_withdraw", "number"),
    {"POST", "/v1/consents/{number}/renewals", "renewConsent", CONSENT, ANSWER_MADE, ROUTE_BODY | ROUTE_SENDS | ROUTE_NEW,
     "consent_renew", "number", "given", {NULL, NULL}, "made", NULL, "/v1/consents/"},

    GET_LIST("/v1/directory/organizations", "listOrganizations", DIRECTORY, "directory", NULL, NULL, NULL, "directory", "entries"),
    GET_ONE("/v1/directory/organizations/{partner}", "getOrganization", DIRECTORY, "directory", "partner", "directory", "entries"),
    GET_LIST("/v1/directory/services", "listServices", DIRECTORY, "supply", NULL, "kind", "service", "supply", "lines"),
    GET_LIST("/v1/directory/capacities", "listCapacities", DIRECTORY, "supply", NULL, "kind", "capacity", "supply", "lines"),
    GET_LIST("/v1/directory/partnerships", "listPartnerships", DIRECTORY, "partnerships", NULL, NULL, NULL, "partnerships", "partnerships"),
    GET_LIST("/v1/directory/areas", "listAreas", DIRECTORY, "areas", NULL, NULL, NULL, "areas", "areas"),
    ASK_LIST("/v1/finder", "findCandidates", "directory:read referral:send", "find", "found", "candidates"),
    GET_LIST("/v1/directory/mandates", "listMandates", DIRECTORY, "supply", NULL, "kind", "mandate", "supply", "lines"),
    CHANGE("/v1/own/partnerships", "changePartnership", "admin", "partnership", NULL),
    CHANGE("/v1/own/mandate",      "setMandate",        "admin", "mandate",     NULL),
    CHANGE("/v1/own/services",   "setService",  "admin", "service",  NULL),
    CHANGE("/v1/own/capacities", "setCapacity", "admin", "capacity", NULL),
    CHANGE("/v1/own/intake",     "setIntake",   "admin", "intake",   NULL),
    CHANGE("/v1/own/absences",   "setAbsence",  "admin", "absence",  NULL),
    GET_LIST("/v1/directory/subscriptions", "listSubscriptions", DIRECTORY, "subscriptions", NULL, NULL, NULL, "supply", "lines"),
    CHANGE("/v1/own/subscriptions", "setSubscription", "admin", "subscription", NULL),
    CHANGE("/v1/own/volunteers",    "setVolunteers",   "admin", "volunteers",   NULL),
    GET_LIST("/v1/own/load", "listLoad", "report:read", "load", NULL, NULL, NULL, "load", "lines"),

    TOLD("/v1/asks",      "listAsks",      "ask"),
    TOLD("/v1/campaigns", "listCampaigns", "campaign"),
    TOLD("/v1/barriers",  "listBarriers",  "barrier"),
    TOLD("/v1/advice",    "listAdvice",    "advice"),
    CHANGE("/v1/asks",              "postAsk",      SEND,            "ask_post",      NULL),
    CHANGE("/v1/asks/{number}/end", "endAsk",       SEND,            "ask_end",       "number"),
    CHANGE("/v1/askClaims",         "claimAsk",     DECIDE,  "ask_claim",     NULL),
    CHANGE("/v1/campaigns",         "setCampaign",  "admin",         "campaign",      NULL),
    CHANGE("/v1/barriers",          "setBarrier",   "signal:send admin", "barrier",       NULL),
    CHANGE("/v1/advice",            "setAdvice",    "admin",         "advice",        NULL),
    CHANGE("/v1/adviceAnswers",     "answerAdvice", "admin",         "advice_answer", NULL),

    {"GET", "/v1/events", "listEvents", READ_CASES, ANSWER_EVENTS, ROUTE_STREAM, "events", NULL, NULL, {NULL, NULL}, "events", "events", NULL},
    GET_RESULT("/v1/token", "getToken", "any", "token_show", NULL, "token"),
    WEBHOOK_LIST("", "listWebhookEndpoints", "webhook_list", NULL, "webhooks", "webhooks"),
    {"POST", HOOKS, "createWebhookEndpoint", FOLLOW, ANSWER_RESULT, ROUTE_HERE | ROUTE_BODY | ROUTE_SENDS | ROUTE_NEW, "webhook_new", NULL, NULL, {NULL, NULL}, "webhook", NULL, HOOKS "/"},
    WEBHOOK("GET", "/{number}", "getWebhookEndpoint", 0, "webhook_show", "number"),
    WEBHOOK("PATCH", "/{number}", "changeWebhookEndpoint", ROUTE_BODY, "webhook_change", "number"),
    {"DELETE", HOOKS "/{number}", "endWebhookEndpoint", FOLLOW, ANSWER_MADE, ROUTE_HERE, "webhook_end", "number", NULL, {NULL, NULL}, "made", NULL, NULL},
    WEBHOOK("POST", "/{number}/secret", "renewWebhookSecret", ROUTE_BODY | ROUTE_SENDS, "webhook_secret", "number"),
    WEBHOOK("POST", "/{number}/replay", "replayWebhook", ROUTE_BODY | ROUTE_SENDS, "webhook_replay", "number"),
    WEBHOOK("POST", "/{number}/test", "testWebhookEndpoint", ROUTE_BODY | ROUTE_SENDS, "webhook_test", "number"),
    WEBHOOK_LIST("/{number}/messages", "listWebhookMessages", "webhook_messages", "number", "webhook_messages", "messages"),
    GET_RESULT("/v1/reports/{kind}", "getReport", "report:read directory:read", "report", "kind", "report"),
    GET_LIST("/v1/escalations", "listEscalations", READ, "escalations", NULL, NULL, NULL, "escalations", "escalations"),
    CHANGE("/v1/escalations/{number}/assign", "assignEscalation", DECIDE, "assign", "number"),
    CHANGE("/v1/escalations/{number}/handOn", "handEscalationOn", DECIDE, "hand_on", "number"),
    GET_RESULT("/v1/referrals/{number}/evidence", "getReferralEvidence", TRACE, "evidence", "case_number", "evidence"),
    GET_RESULT("/v1/audit", "verifyAudit", "report:read admin", "audit_verify", NULL, "audit_report"),
};
/* clang-format on */
const size_t N_ROUTES = COUNT_OF(ROUTES);
