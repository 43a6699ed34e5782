/* unit_gateway.c - the local socket's requests as a table: who may ask what, which
 * field is missing, and the same request twice. Two nodes of a network without a
 * broker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/home.h"
#include "core/steward.h"
#include "core/vocab.h"
#include "core/wire_map.h"
#include "nodes/batch.h"
#include "nodes/consents.h"
#include "nodes/gateway.h"
#include "nodes/join.h"
#include "nodes/registry.h"
#include "nodes/vault.h"
#include "tests/french.h"
#include "tests/temp.h"

enum { CONN = 5 };

static struct {
    struct temp temp;
    struct node *node, *other;
    char token[KEYS_TOKEN_TEXT_BYTES];
    char other_token[KEYS_TOKEN_TEXT_BYTES];
    struct arena arena;
    struct err err;
    uint32_t n_asked;
} the;

static const char PASSPHRASE[] = "a test passphrase";

static void must(bool ok)
{
    if (!ok)
        print_error("%s %s\n", code_name(the.err.code), the.err.msg);
    assert_true(ok);
}

/* ------------------------------------------------------------- a network */

static void make_home(const char *id, enum role role, uint16_t type, int64_t now)
{
    static const char *const areas[] = {"21004"};
    char path[TEMP_PATH_BYTES];
    struct home_wish wish = {.role = role,
            .partner = id,
            .name = id,
            .partner_type = type,
            .address = role == ROLE_BROKER ? "tcp://127.0.0.1:9" : NULL,
            .areas = areas,
            .n_areas = 1,
            .now_ms = now};
    temp_path(&the.temp, id, path);
    must(home_init(path, &wish, &the.err));
}

static void admit(struct steward *steward, const char *id, const char *request_name,
        int64_t now)
{
    char name[64];
    char path[TEMP_PATH_BYTES];
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    struct join_request request;
    size_t len = 0;
    snprintf(name, sizeof name, "%s/%s", id, request_name);
    temp_path(&the.temp, name, path);
    uint8_t *file = temp_read(path, &len);
    assert_non_null(file);
    must(steward_read_request((struct span){file, len}, &the.arena, &request,
            fingerprint, &the.err));
    must(steward_admit(steward, &request, 0, now, &the.err));
    free(file);
    arena_reset(&the.arena, 0);
}

static struct node *join_and_open(const char *id, struct span bundle,
        const char *fingerprint, char token[KEYS_TOKEN_TEXT_BYTES])
{
    char path[TEMP_PATH_BYTES];
    struct node_conf conf;
    struct home home;
    temp_path(&the.temp, id, path);
    must(node_join(path, bundle, fingerprint, &the.err));
    must(home_node_conf(path, &conf, &the.err));
    struct node *node = node_new(&conf, NULL, &the.err);
    must(node != NULL);
    must(home_paths(path, ROLE_NODE, &home, &the.err));
    must(home_read_token(&home, token, &the.err));
    return node;
}

static int begin(void **state)
{
    char path[TEMP_PATH_BYTES];
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    char told[FINGERPRINT_TEXT_BYTES];
    size_t len = 0;
    int64_t now = (int64_t)time(NULL) * 1000 - 1000;
    (void)state;
    must(hash_start(&the.err));
    temp_init(&the.temp);
    the.arena = arena_new(4 << 20);
    temp_path(&the.temp, "steward", path);
    struct steward *steward =
            steward_found(path, "test-net", PASSPHRASE, now, &the.err);
    must(steward != NULL);
    make_home("broker", ROLE_BROKER, PARTNER_TYPE_ADMIN, now);
    make_home("home-care", ROLE_NODE, PARTNER_TYPE_HOMECARE, now);
    make_home("centre", ROLE_NODE, PARTNER_TYPE_LDC, now);
    admit(steward, "broker", "broker.request", now);
    admit(steward, "home-care", "node.request", now);
    admit(steward, "centre", "node.request", now);
    steward_fingerprint(steward, fingerprint);
    uint8_t *bundle = temp_read(steward_bundle_path(steward), &len);
    assert_non_null(bundle);
    steward_free(steward);
    struct span bytes = {bundle, len};
    must(node_bundle_fingerprint(bytes, told, &the.err));
    assert_string_equal(told, fingerprint);
    the.node = join_and_open("home-care", bytes, fingerprint, the.token);
    the.other = join_and_open("centre", bytes, fingerprint, the.other_token);
    free(bundle);
    return 0;
}

static int end(void **state)
{
    (void)state;
    node_free(the.node);
    node_free(the.other);
    arena_free(&the.arena);
    temp_done(&the.temp);
    return 0;
}

/* ------------------------------------------------------------- asking */

/* The bytes that the node would send, before it does. */
static struct span ask_bytes(struct node *node, const struct request *request)
{
    struct span packed;
    struct span reply;
    must(wire_put_arena(&WIRE_REQUEST, request, &the.arena, &packed, &the.err));
    arena_reset(&node->scratch, 0);
    must(batch_begin(node, &the.err));
    size_t n = node->batch->n_replies;
    must(gateway_take(node, CONN, packed, &the.err));
    assert_int_equal(node->batch->n_replies, n + 1);
    assert_int_equal(node->batch->replies[n].conn, CONN);
    reply = node->batch->replies[n].bytes;
    uint8_t *copy = arena_take(&the.arena, reply.len);
    memcpy(copy, reply.at, reply.len);
    batch_close(node);
    return (struct span){copy, reply.len};
}

static struct reply read_reply(struct span bytes)
{
    struct reply reply;
    must(wire_get(&WIRE_REPLY, bytes, &the.arena, &reply, &the.err));
    return reply;
}

/* A request as a good client makes it: fresh id, fresh key. */
static struct request with(struct request request, const char *token)
{
    char *key = arena_take(&the.arena, 32);
    the.n_asked++;
    snprintf(key, 32, "key-%u", the.n_asked);
    request.v = 1;
    memset(request.request_id.b, 7, sizeof request.request_id.b);
    request.token = token;
    request.actor = "els";
    request.lang = "en";
    request.idempotency_key = key;
    return request;
}

static struct reply ask(struct request request)
{
    struct request whole = with(request, the.token);
    return read_reply(ask_bytes(the.node, &whole));
}

static const char *const NONE_TEXT = "";
static const struct consent_give EMPTY_CONSENT = {.person = "",
        .given_by = "",
        .witness = "",
        .area = "",
        .language = ""};
static const struct consent_withdraw EMPTY_WITHDRAW = {.number = 0};
static const struct consent_show SHOW_CONSENT = {.number = 77};
static const struct consent_list LIST_CONSENTS = {.limit = 1};
static const struct consent_renew RENEW_CONSENT = {.number = 77};
static const struct consent_receipt_get CONSENT_RECEIPT = {.number = 77};
static const struct partnership_change EMPTY_CHANGE = {.partner = "",
        .own_reason = "",
        .their_reason = ""};
static const struct refer EMPTY_REFER = {.area = ""};
static const struct forward_case FORWARD = {.reason = "",
        .referrer_name = "",
        .referrer_phone = ""};
static const struct raise_signal EMPTY_SIGNAL = {.recipient = "", .area = ""};
static const struct list_cases LIST = {.limit = 1};
static const struct show_case SHOW = {.number = 77};
static const struct act EMPTY_ACT = {.case_number = 77};
static const struct trace_case TRACE = {.number = 77};
static const struct list_directory DIRECTORY = {.partner = ""};
static const struct set_intake EMPTY_INTAKE = {.state = 0};
static const struct set_service EMPTY_SERVICE = {.hours = "", .contact = ""};
static const struct set_capacity EMPTY_CAPACITY = {.area = ""};
static const struct set_absence EMPTY_ABSENCE = {.from_day = 0};
static const struct set_mandate EMPTY_MANDATE = {.text = ""};
static const struct list_supply SUPPLY = {.partner = ""};
static const struct find EMPTY_FIND = {.place = ""};
static const struct set_substitute EMPTY_SUBSTITUTE = {.from_day = 0};
static const struct get_status STATUS = {.quiet = false};
static const struct get_doctor DOCTOR = {.full = true};
static const struct make_backup EMPTY_BACKUP = {.path = "", .passphrase = ""};
static const struct load_bundle EMPTY_BUNDLE = {
        .bundle = {NULL, 0}
};
static const struct suspend SUSPEND = {.partner = "centre", .reason = ""};
static const struct list_gaps GAPS = {0};
static const struct list_escalations ESCALATIONS = {.all = true};
static const struct assign ASSIGN = {.number = 1};
static const struct change_visit VISIT = {.step = VISIT_STEP_CALL_OFF};
static const struct list_visits VISITS = {.case_number = 0};
static const struct set_subscription SUBSCRIPTION = {.end = true};
static const struct share_signal SHARE = {.case_number = 1};
static const struct list_areas AREAS = {.place = "", .after = ""};
static const struct list_subscriptions SUBSCRIPTIONS = {.partner = ""};
static const struct show_report REPORT = {.kind = REPORT_KIND_FLOW};
static const struct list_events EVENTS = {.after = 0};
static const struct hand_on HAND_ON = {.number = 1, .partner = "nobody"};
static const struct triage_signal TRIAGE = {.case_number = 1};
static const struct try_to_reach ATTEMPT = {.case_number = 1, .why = ""};
static const struct link_signal LINK = {.case_number = 1, .with = 2};
static const struct convert_signal CONVERT = {.case_number = 1};
static const struct end_signal SIGNAL_END = {.case_number = 1};
static const struct leave LEAVE = {.confirmed = false};
static const struct list_tokens TOKENS = {.name = ""};
static const struct change_token EMPTY_TOKEN = {.name = ""};
static const struct audit_verify VERIFY_AUDIT = {.after = 0};
static const struct audit_show SHOW_AUDIT = {.case_number = 77};
static const struct audit_seen EMPTY_SEEN = {.confirmed = false};
static const struct consent_reach REACH = {.case_number = 77};
static const struct show_partnerships PARTNERSHIPS = {.partner = ""};
static const struct show_flows FLOWS = {.network = false};
static const struct consent_explain EXPLAIN = {.case_number = 77};
static const struct consent_check CHECK = {.area = ""};
static const struct retention_ask RETENTION = {.run = false};
static const struct rights_ask ASK_RIGHTS = {.case_number = 77};
static const struct rights_answer ANSWER_RIGHTS = {.number = 77, .words = ""};
static const struct settle_erase SETTLE = {.case_number = 77, .partner = ""};
static const struct rights_list LIST_RIGHTS = {.open = true};
static const struct list_openings OPENINGS = {.case_number = 77};
static const struct export_evidence EVIDENCE = {.case_number = 77};
static const struct post_ask EMPTY_POST = {.text = ""};
static const struct claim_ask EMPTY_CLAIM = {.ask = ""};
static const struct end_ask EMPTY_END = {.number = 0};
static const struct set_campaign EMPTY_CAMPAIGN = {.number = 0};
static const struct set_barrier EMPTY_BARRIER = {.number = 0};
static const struct set_advice EMPTY_ADVICE = {.number = 0};
static const struct answer_advice EMPTY_ANSWER = {.advice = ""};
static const struct list_neighbours NEIGHBOURS = {.kind = STATEMENT_KIND_ASK};
static const struct set_volunteers EMPTY_VOLUNTEERS = {.antenna = ""};
static const struct get_load LOAD = {.all = true};

/* Every op: a scope that is enough, one that is not, whether it needs a key, and what
 * an empty one is answered. */
static const struct row {
    const char *name;
    struct request request;
    enum scope enough, wrong;
    bool changes;
    const char *code;  /* of the empty request */
    const char *field; /* of its first issue; "": none */
} ROWS[] = {
        {"consent_give",     {.consent_give = &EMPTY_CONSENT},      SCOPE_CONSENT_WRITE,
         SCOPE_REFERRAL_SEND,                                                                                    true,  "E_FIELD",     "person"      },
        {"consent_withdraw", {.consent_withdraw = &EMPTY_WITHDRAW}, SCOPE_CONSENT_WRITE,
         SCOPE_REFERRAL_SEND,                                                                                    true,  "E_FIELD",     "number"      },
        {"consent_show",     {.consent_show = &SHOW_CONSENT},       SCOPE_CONSENT_WRITE,
         SCOPE_REPORT_READ,                                                                                      false, "E_NOT_FOUND", "number"      },
        {"consent_list",     {.consent_list = &LIST_CONSENTS},      SCOPE_CONSENT_WRITE,
         SCOPE_REPORT_READ,                                                                                      false, "",            ""            },
        {"consent_renew",    {.consent_renew = &RENEW_CONSENT},     SCOPE_CONSENT_WRITE,
         SCOPE_REFERRAL_SEND,                                                                                    true,  "E_NOT_FOUND", "number"      },
        {"consent_receipt",  {.consent_receipt = &CONSENT_RECEIPT}, SCOPE_CONSENT_WRITE,
         SCOPE_REPORT_READ,                                                                                      false, "E_NOT_FOUND", "number"      },
        {"partnership",      {.partnership = &EMPTY_CHANGE},        SCOPE_ADMIN,
         SCOPE_REFERRAL_SEND,                                                                                    true,  "E_FIELD",     "partner"     },
        {"forward",          {.forward = &FORWARD},                 SCOPE_REFERRAL_DECIDE, SCOPE_REFERRAL_READ,
         true,                                                                                                          "E_NOT_FOUND", "case_number" },
        {"refer",            {.refer = &EMPTY_REFER},               SCOPE_REFERRAL_SEND,   SCOPE_REFERRAL_READ,
         true,                                                                                                          "E_FIELD",     "candidates"  },
        {"signal",           {.signal = &EMPTY_SIGNAL},             SCOPE_SIGNAL_SEND,     SCOPE_REFERRAL_SEND,
         true,                                                                                                          "E_FIELD",     "recipient"   },
        {"inbox",            {.inbox = &LIST},                      SCOPE_REFERRAL_READ,   SCOPE_REFERRAL_SEND,  false, "",
         ""                                                                                                                                          },
        {"show",             {.show = &SHOW},                       SCOPE_SIGNAL_READ,     SCOPE_SIGNAL_SEND,    false,
         "E_NOT_FOUND",                                                                                                                "number"      },
        {"act",              {.act = &EMPTY_ACT},                   SCOPE_REFERRAL_DECIDE, SCOPE_REFERRAL_READ,  true,
         "E_NOT_FOUND",                                                                                                                "case_number" },
        {"trace",            {.trace = &TRACE},                     SCOPE_REPORT_READ,     SCOPE_SIGNAL_SEND,    false,
         "E_NOT_FOUND",                                                                                                                "number"      },
        {"directory",        {.directory = &DIRECTORY},             SCOPE_DIRECTORY_READ,
         SCOPE_REFERRAL_READ,                                                                                    false, "",            ""            },
        {"intake",           {.intake = &EMPTY_INTAKE},             SCOPE_ADMIN,           SCOPE_DIRECTORY_READ, true,
         "E_FIELD",                                                                                                                    "state"       },
        {"service",          {.service = &EMPTY_SERVICE},           SCOPE_ADMIN,           SCOPE_DIRECTORY_READ,
         true,                                                                                                          "E_FIELD",     "need"        },
        {"capacity",         {.capacity = &EMPTY_CAPACITY},         SCOPE_ADMIN,           SCOPE_DIRECTORY_READ,
         true,                                                                                                          "E_FIELD",     "need"        },
        {"absence",          {.absence = &EMPTY_ABSENCE},           SCOPE_ADMIN,           SCOPE_DIRECTORY_READ,
         true,                                                                                                          "E_FIELD",     "until_day"   },
        {"mandate",          {.mandate = &EMPTY_MANDATE},           SCOPE_ADMIN,           SCOPE_DIRECTORY_READ,
         true,                                                                                                          "E_SCOPE",     "mandate"     },
        {"supply",           {.supply = &SUPPLY},                   SCOPE_DIRECTORY_READ,  SCOPE_REFERRAL_READ,
         false,                                                                                                         "",            ""            },
        {"substitute",       {.substitute = &EMPTY_SUBSTITUTE},     SCOPE_REFERRAL_DECIDE,
         SCOPE_REFERRAL_SEND,                                                                                    true,  "E_FIELD",     "substitute"  },
        {"find",             {.find = &EMPTY_FIND},                 SCOPE_DIRECTORY_READ,  SCOPE_REFERRAL_READ,
         false,                                                                                                         "E_FIELD",     "needs"       },
        {"status",           {.status = &STATUS},                   SCOPE_REPORT_READ,     SCOPE_NONE,           false, "",            ""            },
        {"doctor",           {.doctor = &DOCTOR},                   SCOPE_ADMIN,           SCOPE_REPORT_READ,    false, "",            ""            },
        {"backup",           {.backup = &EMPTY_BACKUP},             SCOPE_ADMIN,           SCOPE_REPORT_READ,    false,
         "E_FIELD",                                                                                                                    "path"        },
        {"load_bundle",      {.load_bundle = &EMPTY_BUNDLE},        SCOPE_ADMIN,
         SCOPE_DIRECTORY_READ,                                                                                   false, "E_VERSION",   "load_bundle" },
        {"suspend",          {.suspend = &SUSPEND},                 SCOPE_ADMIN,           SCOPE_REPORT_READ,    false,
         "E_NOT_FOUND",                                                                                                                "suspend"     },
        {"token_change",     {.token_change = &EMPTY_TOKEN},        SCOPE_ADMIN,
         SCOPE_REFERRAL_SEND,                                                                                    false, "E_FIELD",     "name"        },
        {"audit_verify",     {.audit_verify = &VERIFY_AUDIT},       SCOPE_REPORT_READ,
         SCOPE_REFERRAL_READ,                                                                                    false, "",            ""            },
        {"audit_show",       {.audit_show = &SHOW_AUDIT},           SCOPE_REPORT_READ,
         SCOPE_CONSENT_WRITE,                                                                                    false, "E_NOT_FOUND", "case_number" },
        {"audit_seen",       {.audit_seen = &EMPTY_SEEN},           SCOPE_ADMIN,           SCOPE_REPORT_READ,
         false,                                                                                                         "E_FIELD",     "confirmed"   },
        {"consent_reach",    {.consent_reach = &REACH},             SCOPE_CONSENT_WRITE,
         SCOPE_REPORT_READ,                                                                                      false, "E_NOT_FOUND", "case_number" },
        {"partnerships",     {.partnerships = &PARTNERSHIPS},       SCOPE_DIRECTORY_READ,
         SCOPE_REFERRAL_READ,                                                                                    false, "",            ""            },
        {"flows",            {.flows = &FLOWS},                     SCOPE_DIRECTORY_READ,  SCOPE_REFERRAL_READ,  false,
         "",                                                                                                                           ""            },
        {"consent_explain",  {.consent_explain = &EXPLAIN},         SCOPE_CONSENT_WRITE,
         SCOPE_REPORT_READ,                                                                                      false, "E_NOT_FOUND", "case_number" },
        {"consent_check",    {.consent_check = &CHECK},             SCOPE_REFERRAL_SEND,
         SCOPE_REPORT_READ,                                                                                      false, "E_FIELD",     "candidates"  },
        {"retention",        {.retention = &RETENTION},             SCOPE_REPORT_READ,     SCOPE_REFERRAL_READ,
         false,                                                                                                         "",            ""            },
        {"rights_ask",       {.rights_ask = &ASK_RIGHTS},           SCOPE_CONSENT_WRITE,
         SCOPE_REFERRAL_READ,                                                                                    true,  "E_FIELD",     "right"       },
        {"rights_answer",    {.rights_answer = &ANSWER_RIGHTS},     SCOPE_CONSENT_WRITE,
         SCOPE_REFERRAL_READ,                                                                                    true,  "E_NOT_FOUND", "number"      },
        {"rights_list",      {.rights_list = &LIST_RIGHTS},         SCOPE_CONSENT_WRITE,
         SCOPE_REFERRAL_READ,                                                                                    false, "",            ""            },
        {"erase_settle",     {.erase_settle = &SETTLE},             SCOPE_CONSENT_WRITE,
         SCOPE_REFERRAL_READ,                                                                                    true,  "E_FIELD",     "reason"      },
        {"openings",         {.openings = &OPENINGS},               SCOPE_REFERRAL_READ,   SCOPE_CONSENT_WRITE,
         false,                                                                                                         "E_NOT_FOUND", "case_number" },
        {"evidence",         {.evidence = &EVIDENCE},               SCOPE_REPORT_READ,     SCOPE_CONSENT_WRITE,
         false,                                                                                                         "E_NOT_FOUND", "case_number" },
        {"escalations",      {.escalations = &ESCALATIONS},         SCOPE_REFERRAL_READ,
         SCOPE_REFERRAL_SEND,                                                                                    false, "E_MANDATE",   ""            },
        {"assign",           {.assign = &ASSIGN},                   SCOPE_REFERRAL_DECIDE, SCOPE_REFERRAL_READ,
         true,                                                                                                          "E_MANDATE",   ""            },
        {"hand_on",          {.hand_on = &HAND_ON},                 SCOPE_REFERRAL_DECIDE, SCOPE_REFERRAL_READ,
         true,                                                                                                          "E_MANDATE",   ""            },
        {"gaps",             {.gaps = &GAPS},                       SCOPE_REPORT_READ,     SCOPE_REFERRAL_READ,  false,
         "E_NOT_FOUND",                                                                                                                "gaps"        },
        {"visit",            {.visit = &VISIT},                     SCOPE_REFERRAL_DECIDE, SCOPE_REFERRAL_READ,  true,
         "E_NOT_FOUND",                                                                                                                "case_number" },
        {"visits",           {.visits = &VISITS},                   SCOPE_REFERRAL_READ,   SCOPE_CONSENT_WRITE,  false,
         "",                                                                                                                           ""            },
        {"events",           {.events = &EVENTS},                   SCOPE_REFERRAL_READ,   SCOPE_CONSENT_WRITE,  false,
         "",                                                                                                                           ""            },
        {"ask_post",         {.ask_post = &EMPTY_POST},             SCOPE_REFERRAL_SEND,
         SCOPE_REFERRAL_READ,                                                                                    true,  "E_FIELD",     "need"        },
        {"ask_claim",        {.ask_claim = &EMPTY_CLAIM},           SCOPE_REFERRAL_DECIDE,
         SCOPE_REFERRAL_READ,                                                                                    true,  "E_FIELD",     "ask"         },
        {"ask_end",          {.ask_end = &EMPTY_END},               SCOPE_REFERRAL_SEND,   SCOPE_REFERRAL_READ,
         true,                                                                                                          "E_FIELD",     "number"      },
        {"campaign",         {.campaign = &EMPTY_CAMPAIGN},         SCOPE_ADMIN,           SCOPE_REFERRAL_SEND,
         true,                                                                                                          "E_FIELD",     "says"        },
        {"barrier",          {.barrier = &EMPTY_BARRIER},           SCOPE_SIGNAL_SEND,     SCOPE_REFERRAL_SEND,
         true,                                                                                                          "E_FIELD",     "says.barrier"},
        {"advice",           {.advice = &EMPTY_ADVICE},             SCOPE_ADMIN,           SCOPE_REFERRAL_SEND,  true,
         "E_FIELD",                                                                                                                    "says"        },
        {"advice_answer",    {.advice_answer = &EMPTY_ANSWER},      SCOPE_ADMIN,
         SCOPE_REFERRAL_SEND,                                                                                    true,  "E_NOT_FOUND", "advice"      },
        {"neighbours",       {.neighbours = &NEIGHBOURS},           SCOPE_DIRECTORY_READ,
         SCOPE_REFERRAL_READ,                                                                                    false, "",            ""            },
        {"triage",           {.triage = &TRIAGE},                   SCOPE_REFERRAL_DECIDE, SCOPE_SIGNAL_READ,    true,
         "E_NOT_FOUND",                                                                                                                "case_number" },
        {"attempt",          {.attempt = &ATTEMPT},                 SCOPE_REFERRAL_DECIDE, SCOPE_SIGNAL_READ,
         true,                                                                                                          "E_NOT_FOUND", "case_number" },
        {"link",             {.link = &LINK},                       SCOPE_REFERRAL_DECIDE, SCOPE_SIGNAL_READ,    true,
         "E_NOT_FOUND",                                                                                                                "case_number" },
        {"convert",          {.convert = &CONVERT},                 SCOPE_REFERRAL_SEND,   SCOPE_SIGNAL_READ,    true,
         "E_NOT_FOUND",                                                                                                                "case_number" },
        {"signal_end",       {.signal_end = &SIGNAL_END},           SCOPE_REFERRAL_DECIDE,
         SCOPE_SIGNAL_READ,                                                                                      true,  "E_NOT_FOUND", "case_number" },
        {"subscription",     {.subscription = &SUBSCRIPTION},       SCOPE_ADMIN,
         SCOPE_DIRECTORY_READ,                                                                                   true,  "E_NOT_FOUND", "end"         },
        {"areas",            {.areas = &AREAS},                     SCOPE_DIRECTORY_READ,  SCOPE_REFERRAL_READ,  false,
         "",                                                                                                                           ""            },
        {"subscriptions",    {.subscriptions = &SUBSCRIPTIONS},     SCOPE_DIRECTORY_READ,
         SCOPE_REFERRAL_READ,                                                                                    false, "",            ""            },
        {"share",            {.share = &SHARE},                     SCOPE_SIGNAL_SEND,     SCOPE_SIGNAL_READ,    true,
         "E_NOT_FOUND",                                                                                                                "case_number" },
        {"report",           {.report = &REPORT},                   SCOPE_DIRECTORY_READ,  SCOPE_REFERRAL_READ,
         false,                                                                                                         "E_SCOPE",     "kind"        },
        {"volunteers",       {.volunteers = &EMPTY_VOLUNTEERS},     SCOPE_ADMIN,
         SCOPE_REFERRAL_SEND,                                                                                    true,  "E_NOT_FOUND", "antenna"     },
        {"load",             {.load = &LOAD},                       SCOPE_REPORT_READ,     SCOPE_REFERRAL_READ,  false, "",
         ""                                                                                                                                          },
        {"tokens",           {.tokens = &TOKENS},                   SCOPE_ADMIN,           SCOPE_REFERRAL_SEND,  false, "",
         ""                                                                                                                                          },
        {"leave",            {.leave = &LEAVE},                     SCOPE_ADMIN,           SCOPE_REFERRAL_SEND,  true,  "",            ""            },
};

static char *token_for(enum scope scope)
{
    struct change_token change = {.name = "adapter", .scopes = &scope, .n_scopes = 1};
    struct reply reply = ask((struct request){.token_change = &change});
    assert_string_equal(reply.code, "");
    size_t len = strlen(reply.made->text) + 1;
    char *copy = arena_take(&the.arena, len);
    memcpy(copy, reply.made->text, len);
    return copy;
}

static void check(const char *name, const char *what, const struct reply *reply,
        const char *code)
{
    if (strcmp(reply->code, code) != 0)
        print_error("%s, %s: %s\n", name, what, reply->code);
    assert_string_equal(reply->code, code);
    assert_int_equal(reply->sentence[0] == '\0', code[0] == '\0');
}

/* A request that can be made is in the table, or nobody looks at who may make it. */
static void every_op_is_in_the_table(void **state)
{
    /* What no node knows, and what has a test of its own. */
    static const char *const elsewhere[] = {"gaps", "webhook_", "health", "follow",
            "token_show"};
    (void)state;
    for (size_t i = 0; i < WIRE_REQUEST.n_rows; i++) {
        const struct wire_row *field = &WIRE_REQUEST.rows[i];
        bool there = field->oneof == 0;
        for (size_t k = 0; k < COUNT_OF(elsewhere); k++)
            there |= strncmp(field->name, elsewhere[k], strlen(elsewhere[k])) == 0;
        for (size_t k = 0; k < COUNT_OF(ROWS) && !there; k++)
            there = strcmp(ROWS[k].name, field->name) == 0;
        if (!there)
            fail_msg("%s is not in the table of this test", field->name);
    }
}

/* How the node does and that something happened, who can open the socket may know;
 * whose token it is, only who has it. */
static void some_need_no_scope(void **state)
{
    const struct get_health health = {.quiet = true};
    const struct follow_events follow = {.stop = false};
    const struct show_token show = {.quiet = true};
    const struct request open[] = {{.health = &health}, {.follow = &follow}};
    const struct request whose = {.token_show = &show};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(open); i++) {
        struct request request = with(open[i], "");
        struct reply reply = read_reply(ask_bytes(the.node, &request));
        check(i == 0 ? "health" : "follow", "no token", &reply, "");
        assert_true(i == 0 ? reply.health != NULL : reply.events != NULL);
    }
    struct request request = with(whose, "");
    struct reply reply = read_reply(ask_bytes(the.node, &request));
    check("token_show", "no token", &reply, "E_AUTH");
    const char *token = token_for(SCOPE_SIGNAL_READ);
    request = with(whose, token);
    reply = read_reply(ask_bytes(the.node, &request));
    check("token_show", "a token", &reply, "");
    assert_string_equal(reply.token->name, "adapter");
    assert_int_equal(reply.token->n_scopes, 1);
    assert_int_equal(reply.token->scopes[0], SCOPE_SIGNAL_READ);
}

/* An empty list would say that there is nothing. */
static void a_list_of_what_may_not_be_read_is_refused(void **state)
{
    static const enum case_kind kinds[] = {CASE_KIND_REFERRAL_IN, CASE_KIND_SIGNAL_IN};
    struct list_cases list = {.kinds = kinds, .n_kinds = 1};
    const char *token = token_for(SCOPE_SIGNAL_READ);
    (void)state;
    struct request request = with((struct request){.inbox = &list}, token);
    struct reply reply = read_reply(ask_bytes(the.node, &request));
    check("inbox", "of referrals", &reply, "E_SCOPE");
    list.n_kinds = COUNT_OF(kinds);
    reply = read_reply(ask_bytes(the.node, &request));
    check("inbox", "of both", &reply, "");
}

/* Each connection of this world's loop counts as a program. */
static void a_crowd_of_followers_is_bounded(void **state)
{
    const struct follow_events follow = {.stop = false};
    struct request request = with((struct request){.follow = &follow}, "");
    (void)state;
    the.node->n_followers = FOLLOWERS_MAX;
    for (size_t i = 0; i < FOLLOWERS_MAX; i++)
        the.node->followers[i] =
                (struct follower){.conn = UINT64_MAX - i, .told = UINT64_MAX};
    struct reply reply = read_reply(ask_bytes(the.node, &request));
    check("follow", "one too many", &reply, "E_BUSY");
    the.node->n_followers = FOLLOWERS_MAX - 1;
    reply = read_reply(ask_bytes(the.node, &request));
    check("follow", "the last one", &reply, "");
    the.node->n_followers = 0;
}

static void each_op_asks_for_a_token_a_scope_and_its_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ROWS); i++) {
        const struct row *row = &ROWS[i];
        arena_reset(&the.arena, 0);
        struct request request = with(row->request, "");
        struct reply reply = read_reply(ask_bytes(the.node, &request));
        check(row->name, "no token", &reply, "E_AUTH");
        request = with(row->request, "0123456789abcdef");
        reply = read_reply(ask_bytes(the.node, &request));
        check(row->name, "a token of nobody", &reply, "E_AUTH");
        request = with(row->request, the.other_token);
        reply = read_reply(ask_bytes(the.node, &request));
        check(row->name, "another node's token", &reply, "E_AUTH");
        if (row->wrong != SCOPE_NONE) {
            request = with(row->request, token_for(row->wrong));
            reply = read_reply(ask_bytes(the.node, &request));
            check(row->name, "a wrong scope", &reply, "E_SCOPE");
        }
        char *token = token_for(row->enough);
        request = with(row->request, token);
        if (row->changes) {
            request.idempotency_key = NONE_TEXT;
            reply = read_reply(ask_bytes(the.node, &request));
            check(row->name, "no key", &reply, "E_FIELD");
            assert_string_equal(reply.issues[0].field, "idempotency_key");
            request = with(row->request, token);
        }
        reply = read_reply(ask_bytes(the.node, &request));
        check(row->name, "empty", &reply, row->code);
        if (row->field[0] != '\0') {
            assert_true(reply.n_issues > 0);
            assert_string_equal(reply.issues[0].field, row->field);
            assert_int_not_equal(reply.issues[0].words[0], '\0');
        }
    }
}

static void a_revoked_token_opens_nothing(void **state)
{
    (void)state;
    arena_reset(&the.arena, 0);
    char *token = token_for(SCOPE_ADMIN);
    struct request request = with((struct request){.status = &STATUS}, token);
    struct reply reply = read_reply(ask_bytes(the.node, &request));
    check("status", "token", &reply, "");
    struct change_token revoke = {.name = "adapter", .revoke = true};
    reply = ask((struct request){.token_change = &revoke});
    check("token_change", "revoke", &reply, "");
    reply = read_reply(ask_bytes(the.node, &request));
    check("status", "revoked", &reply, "E_AUTH");
    reply = ask((struct request){.token_change = &revoke});
    check("token_change", "revoke again", &reply, "E_NOT_FOUND");

    /* Who bears the command line's name would answer with its replies. */
    const enum scope read = SCOPE_REFERRAL_READ;
    struct change_token command_line = {.name = "cli", .scopes = &read, .n_scopes = 1};
    reply = ask((struct request){.token_change = &command_line});
    check("token_change", "the command line's name", &reply, "E_FIELD");
}

/* Who has access and to what; the token itself is shown to nobody any more. */
static void tokens_are_listed_by_name_with_what_they_may(void **state)
{
    (void)state;
    arena_reset(&the.arena, 0);
    const enum scope scopes[] = {SCOPE_SIGNAL_READ, SCOPE_REFERRAL_READ};
    struct change_token change = {.name = "zenne-app", .scopes = scopes, .n_scopes = 2};
    struct reply reply = ask((struct request){.token_change = &change});
    check("token_change", "new", &reply, "");
    change = (struct change_token){.name = "aksant-app",
            .scopes = scopes,
            .n_scopes = 1};
    reply = ask((struct request){.token_change = &change});
    check("token_change", "new", &reply, "");
    reply = ask((struct request){.tokens = &TOKENS});
    check("tokens", "list", &reply, "");
    const struct token_list *list = reply.tokens;
    assert_non_null(list);
    assert_int_equal(list->n_tokens, 2);
    assert_string_equal(list->tokens[0].name, "aksant-app");
    assert_int_equal(list->tokens[0].n_scopes, 1);
    assert_string_equal(list->tokens[1].name, "zenne-app");
    assert_int_equal(list->tokens[1].n_scopes, 2);
    assert_int_equal(list->tokens[1].scopes[0], SCOPE_REFERRAL_READ);
    assert_int_equal(list->tokens[1].scopes[1], SCOPE_SIGNAL_READ);
    assert_true(list->tokens[1].since_ms > 0);
    const struct list_tokens one = {.name = "zenne-app"};
    reply = ask((struct request){.tokens = &one});
    assert_int_equal(reply.tokens->n_tokens, 1);
    assert_string_equal(reply.tokens->tokens[0].name, "zenne-app");
    for (size_t i = 0; i < 2; i++) {
        change = (struct change_token){.name = i == 0 ? "aksant-app" : "zenne-app",
                .revoke = true};
        reply = ask((struct request){.token_change = &change});
        check("token_change", "revoke", &reply, "");
    }
    reply = ask((struct request){.tokens = &TOKENS});
    assert_int_equal(reply.tokens->n_tokens, 0);
}

static void a_hundred_applications_have_access_and_not_one_more(void **state)
{
    enum { TOKENS_MAX = 100 };
    char name[20];
    const enum scope scope = SCOPE_REFERRAL_READ;
    struct change_token change = {.name = name, .scopes = &scope, .n_scopes = 1};
    (void)state;
    for (int i = 0; i <= TOKENS_MAX; i++) {
        arena_reset(&the.arena, 0);
        snprintf(name, sizeof name, "app-%d", i);
        struct reply reply = ask((struct request){.token_change = &change});
        check("token_change", name, &reply, i < TOKENS_MAX ? "" : "E_SIZE");
    }
    /* One that is there gets a new one all the same. */
    snprintf(name, sizeof name, "app-7");
    struct reply reply = ask((struct request){.token_change = &change});
    check("token_change", "again", &reply, "");
    change.revoke = true;
    for (int i = 0; i < TOKENS_MAX; i++) {
        arena_reset(&the.arena, 0);
        snprintf(name, sizeof name, "app-%d", i);
        reply = ask((struct request){.token_change = &change});
        check("token_change", name, &reply, "");
    }
}

static void what_cannot_be_read_is_answered(void **state)
{
    (void)state;
    arena_reset(&the.arena, 0);
    static const uint8_t junk[] = "\x08\x01\x12\x10"
                                  "0123456789abcdef"
                                  "\xff\xff\xff";
    static const size_t lengths[] = {0, 1, 4, 20, sizeof junk - 1};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        must(batch_begin(the.node, &the.err));
        must(gateway_take(the.node, CONN, (struct span){junk, lengths[i]}, &the.err));
        assert_int_equal(the.node->batch->n_replies, 1);
        struct reply reply = read_reply(the.node->batch->replies[0].bytes);
        assert_int_not_equal(reply.code[0], '\0');
        /* The client can match it as soon as its id could be seen. */
        if (lengths[i] >= 20)
            assert_memory_equal(reply.request_id.b, "0123456789abcdef", 16);
        batch_close(the.node);
    }
}

static void sentences_come_in_three_languages(void **state)
{
    static const char *const langs[] = {"nl", "fr", "en"};
    char first[300] = "";
    (void)state;
    for (size_t i = 0; i < COUNT_OF(langs); i++) {
        arena_reset(&the.arena, 0);
        struct request request =
                with((struct request){.refer = &EMPTY_REFER}, the.token);
        request.lang = langs[i];
        struct reply reply = read_reply(ask_bytes(the.node, &request));
        assert_string_not_equal(reply.sentence, first);
        assert_true(reply.n_issues >= 5);
        snprintf(first, sizeof first, "%s", reply.sentence);
    }
    for (enum words words = 0; words < N_WORDS; words++)
        for (enum lang lang = 0; lang < N_LANGS; lang++)
            assert_true(strlen(words_text(words, lang)) > 5);
    for (enum words words = 0; words < N_WORDS; words++)
        if (!french_is_well_spaced(words_text(words, LANG_FR)))
            fail_msg("%s", words_text(words, LANG_FR));
}

/* ------------------------------------------------------------- the same request twice
 */

static const uint16_t PURPOSES[] = {PURPOSE_CARE_COORDINATION};
static const uint16_t DATA[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_NEEDS,
        DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_LANGUAGE};
static const char *const CENTRE[] = {"centre"};

static struct consent_give good_consent(void)
{
    struct consent_give give = EMPTY_CONSENT;
    give.person = "Rosa Voorbeeld";
    give.how = CONSENT_HOW_IN_PERSON;
    give.recipients = CENTRE;
    give.n_recipients = 1;
    give.purposes = PURPOSES;
    give.n_purposes = COUNT_OF(PURPOSES);
    give.data_categories = DATA;
    give.n_data_categories = COUNT_OF(DATA);
    give.level_max = LEVEL_S1;
    give.legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT;
    give.secrecy_basis = SECRECY_BASIS_PERSON_CONSENT;
    return give;
}

static void the_same_request_has_one_effect_and_one_reply(void **state)
{
    (void)state;
    arena_reset(&the.arena, 0);
    struct consent_give give = good_consent();
    struct request request = with((struct request){.consent_give = &give}, the.token);
    struct span first = ask_bytes(the.node, &request);
    struct reply reply = read_reply(first);
    check("consent_give", "first", &reply, "");
    uint64_t number = reply.made->consent_number;
    assert_int_not_equal(number, 0);
    /* Byte for byte. */
    assert_true(span_equal(ask_bytes(the.node, &request), first));
    /* Another attempt of the same: its own id, the same result. */
    memset(request.request_id.b, 8, sizeof request.request_id.b);
    reply = read_reply(ask_bytes(the.node, &request));
    check("consent_give", "another attempt", &reply, "");
    assert_int_equal(reply.made->consent_number, number);
    assert_int_equal(reply.request_id.b[0], 8);
    /* In which language it is asked is no other wish; for whom it is asked is. */
    request.lang = "fr";
    reply = read_reply(ask_bytes(the.node, &request));
    check("consent_give", "in French", &reply, "");
    assert_int_equal(reply.made->consent_number, number);
    request.actor = "somebody";
    reply = read_reply(ask_bytes(the.node, &request));
    check("consent_give", "another actor", &reply, "E_ID_REUSE");
    request.actor = "";
    /* The same key for something else. */
    give.person = "Somebody Else";
    reply = read_reply(ask_bytes(the.node, &request));
    check("consent_give", "other bytes", &reply, "E_ID_REUSE");
    /* The same key of somebody else is another key. */
    request.token = token_for(SCOPE_CONSENT_WRITE);
    reply = read_reply(ask_bytes(the.node, &request));
    check("consent_give", "another token", &reply, "");
    assert_int_equal(reply.made->consent_number, number + 1);
}

static void a_refusal_leaves_only_a_trace(void **state)
{
    (void)state;
    arena_reset(&the.arena, 0);
    struct consent_give give = good_consent();
    give.level_max = LEVEL_NONE;
    struct request request = with((struct request){.consent_give = &give}, the.token);
    struct reply reply = read_reply(ask_bytes(the.node, &request));
    check("consent_give", "no level", &reply, "E_FIELD");
    assert_string_equal(reply.issues[0].field, "level_max");
    struct trace_case none = {.number = 0};
    reply = ask((struct request){.trace = &none});
    assert_true(reply.trace->n_lines > 0);
    const struct trace_line *last = &reply.trace->lines[reply.trace->n_lines - 1];
    assert_string_equal(last->what, "consent_give");
    assert_string_equal(last->code, "E_FIELD");
    assert_string_equal(last->who, "els");
    /* Put right, the same key can be used: nothing was done under it. */
    give.level_max = LEVEL_S1;
    reply = read_reply(ask_bytes(the.node, &request));
    check("consent_give", "put right", &reply, "");
}

static size_t lines_of_no_case(void)
{
    static const struct trace_case none = {.number = 0};
    return ask((struct request){.trace = &none}).trace->n_lines;
}

/* A later case may get that number; nobody must find our mistake in its trace. */
static void a_step_in_a_case_that_is_not_there_leaves_nothing(void **state)
{
    (void)state;
    static const struct act act = {.case_number = 1, .event = OFFER_EVENT_ACCEPT};
    struct trace_line lines[4];
    size_t n_lines;
    arena_reset(&the.arena, 0);
    size_t before = lines_of_no_case();
    struct reply reply = ask((struct request){.act = &act});
    check("act", "case 1", &reply, "E_NOT_FOUND");
    assert_int_equal(lines_of_no_case(), before);
    must(spool_traces(the.node->db, 1, &the.arena, lines, COUNT_OF(lines), &n_lines,
            &the.err));
    assert_int_equal(n_lines, 0);
}

/* ------------------------------------------------------------- bundles */

static struct span file_of(const char *name)
{
    char path[TEMP_PATH_BYTES];
    size_t len = 0;
    temp_path(&the.temp, name, path);
    uint8_t *bytes = temp_read(path, &len);
    assert_non_null(bytes);
    uint8_t *copy = arena_take(&the.arena, len);
    memcpy(copy, bytes, len);
    free(bytes);
    return (struct span){copy, len};
}

static struct span publish(int64_t now)
{
    char path[TEMP_PATH_BYTES];
    temp_path(&the.temp, "steward", path);
    struct steward *steward = steward_open(path, PASSPHRASE, &the.err);
    must(steward != NULL);
    must(steward_publish(steward, now, &the.err));
    steward_free(steward);
    return file_of("steward/network.bundle");
}

static void a_newer_bundle_is_kept_for_a_store_that_is_lost(void **state)
{
    (void)state;
    arena_reset(&the.arena, 0);
    struct span old = file_of("home-care/network.bundle");
    struct load_bundle load = {.bundle = publish((int64_t)time(NULL) * 1000)};
    struct reply reply = ask((struct request){.load_bundle = &load});
    check("load_bundle", "a newer one", &reply, "");
    struct span kept = file_of("home-care/network.bundle");
    assert_true(span_equal(kept, load.bundle));
    assert_false(span_equal(kept, old));
    load.bundle = old;
    reply = ask((struct request){.load_bundle = &load});
    check("load_bundle", "the older one again", &reply, "");
    assert_true(span_equal(file_of("home-care/network.bundle"), kept));
}

/* ------------------------------------------------------------- a referral */

/* Each node hears what the other says, as the broker would tell it. */
static bool hear(void *self, const struct spool_thing *thing, struct err *err)
{
    struct span *things = self;
    (void)err;
    if (thing->kind != KIND_STATEMENT)
        return true;
    while (things->len > 0)
        things++;
    uint8_t *copy = arena_take(&the.arena, thing->bytes.len);
    memcpy(copy, thing->bytes.at, thing->bytes.len);
    *things = (struct span){copy, thing->bytes.len};
    return true;
}

static void tell(struct node *from, struct node *to)
{
    struct span things[32] = {
            {NULL, 0}
    };
    size_t n = 0;
    must(spool_each_thing(from->db, hear, things, &the.err));
    while (things[n].len > 0)
        n++;
    must(batch_begin(to, &the.err));
    must(registry_take(to, things, n, 1, false, &the.err));
    batch_close(to);
}

static void agree(void)
{
    struct partnership_change change = EMPTY_CHANGE;
    change.verb = PARTNERSHIP_VERB_PROPOSE;
    change.partner = "centre";
    change.purposes = PURPOSES;
    change.n_purposes = COUNT_OF(PURPOSES);
    change.data_categories = DATA;
    change.n_data_categories = COUNT_OF(DATA);
    change.their_secrecy_bound = true;
    change.their_reason = "by law";
    struct reply reply = ask((struct request){.partnership = &change});
    check("partnership", "propose", &reply, "");
    tell(the.node, the.other);
    change = EMPTY_CHANGE;
    change.verb = PARTNERSHIP_VERB_AGREE;
    change.partner = "home-care";
    struct request request =
            with((struct request){.partnership = &change}, the.other_token);
    reply = read_reply(ask_bytes(the.other, &request));
    check("partnership", "agree", &reply, "");
    tell(the.other, the.node);
}

struct wish {
    struct person person;
    struct referral referral;
    struct refer refer;
};

static void good_wish(struct wish *wish, uint64_t consent)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    wish->person = (struct person){.name = "Rosa Voorbeeld",
            .birth_date = "",
            .address = "Kerkstraat 12",
            .phone = "",
            .language = "nl",
            .niss = ""};
    wish->referral = (struct referral){.person = &wish->person,
            .person_does_self = "",
            .strengths = "sings",
            .own_goal = "",
            .help_wanted = "",
            .needs = needs,
            .n_needs = 1,
            .reason = "lives alone",
            .reason_language = "en",
            .network = "",
            .services_present = "",
            .referrer_name = "",
            .referrer_phone = ""};
    wish->refer = (struct refer){.consent_number = consent,
            .candidates = CENTRE,
            .n_candidates = 1,
            .purpose = PURPOSE_CARE_COORDINATION,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .referral = &wish->referral};
}

static struct reply refer(const struct wish *wish)
{
    return ask((struct request){.refer = &wish->refer});
}

static uint64_t outbox(void)
{
    uint64_t n = 0;
    must(spool_count_outbox(the.node->db, &n, &the.err));
    return n;
}

static void a_referral_is_checked_before_it_is_sealed(void **state)
{
    struct wish wish;
    struct consent_give give = good_consent();
    (void)state;
    arena_reset(&the.arena, 0);
    struct reply reply = ask((struct request){.consent_give = &give});
    check("consent_give", "for a referral", &reply, "");
    uint64_t consent = reply.made->consent_number;

    good_wish(&wish, consent);
    reply = refer(&wish);
    check("refer", "no key of the other yet", &reply, "E_UNREACHABLE");
    tell(the.other, the.node);
    reply = refer(&wish);
    check("refer", "no partnership", &reply, "E_PARTNERSHIP");
    agree();
    wish.refer.purpose = PURPOSE_CRISIS_HELP;
    reply = refer(&wish);
    check("refer", "another purpose", &reply, "E_CONSENT_PURPOSE");
    good_wish(&wish, consent);
    wish.referral.network = "a niece in Gent";
    reply = refer(&wish);
    check("refer", "data that were not agreed", &reply, "E_CONSENT_DATA");
    assert_string_equal(reply.issues[0].field, "network");
    good_wish(&wish, consent);
    wish.referral.reason = "her number is 85.07.30-033.28";
    reply = refer(&wish);
    check("refer", "a national number in a text", &reply, "E_NISS");
    good_wish(&wish, consent);
    wish.person.niss = "85073003329";
    reply = refer(&wish);
    check("refer", "a wrong national number", &reply, "E_NISS");
    good_wish(&wish, consent + 100);
    reply = refer(&wish);
    check("refer", "no such consent", &reply, "E_CONSENT_NONE");
    good_wish(&wish, consent);
    wish.refer.n_candidates = 0;
    wish.refer.area = "2100x";
    reply = refer(&wish);
    check("refer", "fields", &reply, "E_FIELD");
    assert_int_equal(reply.n_issues, 2);
    assert_int_equal(outbox(), 0);

    good_wish(&wish, consent);
    reply = refer(&wish);
    check("refer", "good", &reply, "");
    uint64_t number = reply.made->case_number;
    assert_int_equal(outbox(), 2);
    struct show_case show = {.number = number};
    reply = ask((struct request){.show = &show});
    check("show", "good", &reply, "");
    assert_string_equal(reply.case_->referral->person->name, "Rosa Voorbeeld");
    assert_string_equal(reply.case_->preview->strengths, "");
    assert_int_equal(reply.case_->preview->n_needs, 1);
}

static void a_withdrawn_consent_sends_nothing_more(void **state)
{
    struct wish wish;
    struct consent_give give = good_consent();
    (void)state;
    arena_reset(&the.arena, 0);
    uint64_t before = outbox();
    struct reply reply = ask((struct request){.consent_give = &give});
    uint64_t consent = reply.made->consent_number;
    good_wish(&wish, consent);
    reply = refer(&wish);
    check("refer", "good", &reply, "");
    assert_int_equal(outbox(), before + 2);
    struct consent_withdraw withdraw = {.number = consent,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    reply = ask((struct request){.consent_withdraw = &withdraw});
    check("consent_withdraw", "good", &reply, "");
    assert_int_equal(reply.made->count, 1);
    assert_int_equal(outbox(), before);
    reply = refer(&wish);
    check("refer", "withdrawn", &reply, "E_CONSENT_WITHDRAWN");
    struct consent_show show = {.number = consent};
    reply = ask((struct request){.consent_show = &show});
    check("consent_show", "withdrawn", &reply, "");
    assert_string_equal(reply.consent->consents[0].state, "withdrawn");
    assert_int_equal(reply.consent->consents[0].n_uses, 1);
}

/* One frame in the turn that is open; its reply goes when the turn ends. */
static void ask_in_turn(struct request request)
{
    struct request whole = with(request, the.token);
    struct span packed;
    must(wire_put_arena(&WIRE_REQUEST, &whole, &the.arena, &packed, &the.err));
    arena_reset(&the.node->scratch, 0);
    must(batch_begin(the.node, &the.err));
    must(gateway_take(the.node, CONN, packed, &the.err));
}

static uint64_t new_consent(void)
{
    struct consent_give give = good_consent();
    struct reply reply = ask((struct request){.consent_give = &give});
    check("consent_give", "good", &reply, "");
    return reply.made->consent_number;
}

/* What was sealed a moment ago is in no table yet when the withdrawal comes. */
static void a_withdrawal_stops_what_its_own_turn_has_sealed(void **state)
{
    struct wish wish;
    (void)state;
    arena_reset(&the.arena, 0);
    uint64_t before = outbox();
    uint64_t consent = new_consent();
    struct consent_withdraw withdraw = {.number = consent,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    good_wish(&wish, consent);
    ask_in_turn((struct request){.refer = &wish.refer});
    ask_in_turn((struct request){.consent_withdraw = &withdraw});
    batch_close(the.node);
    assert_int_equal(outbox(), before);
    struct consent_show show = {.number = consent};
    struct reply reply = ask((struct request){.consent_show = &show});
    check("consent_show", "withdrawn", &reply, "");
    assert_int_equal(reply.consent->consents[0].n_uses, 1);
    struct span open[4];
    size_t n_open;
    must(spool_open_withdrawals(the.node->db, &the.arena, open, COUNT_OF(open), &n_open,
            &the.err));
    assert_true(n_open >= 1);
    bool withdrawn;
    must(spool_is_withdrawn(the.node->db,
            &reply.consent->consents[0].uses[0].consent_id, &withdrawn, &the.err));
    assert_true(withdrawn);
}

/* However often a consent was used, each use is withdrawn. */
static void a_withdrawal_leaves_no_use_out(void **state)
{
    enum { USES = 2 * CONSENTS_USES_MAX + 3 };
    static const uint8_t bytes[] = "a capsule";
    (void)state;
    arena_reset(&the.arena, 0);
    uint64_t consent = new_consent();
    must(batch_begin(the.node, &the.err));
    for (size_t i = 0; i < USES; i++) {
        struct spool_capsule row = {
                .consent_id = node_random_id(),
                .consent = consent,
                .own = true,
                .bytes = {bytes, sizeof bytes}
        };
        must(spool_put_capsule(the.node->db, &row, &the.err));
    }
    batch_close(the.node);
    struct consent_withdraw withdraw = {.number = consent,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct reply reply = ask((struct request){.consent_withdraw = &withdraw});
    check("consent_withdraw", "often used", &reply, "");
    assert_int_equal(reply.made->count, USES);
}

/* The power failed between the last steps of a change of the generation key. */
static void an_old_generation_key_does_not_stay(void **state)
{
    char path[TEMP_PATH_BYTES];
    struct err err = {.code = CODE_OK};
    (void)state;
    snprintf(path, sizeof path, "%s.old", the.node->home.generation_key);
    struct wrap_key *key = wrap_key_new(&the.err);
    must(key != NULL && wrap_key_save(key, path, NULL, &the.err));
    wrap_key_free(key);
    must(vault_open_generation(the.node, &the.err));
    key = wrap_key_load(path, &err);
    assert_null(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_op_is_in_the_table),
            cmocka_unit_test(some_need_no_scope),
            cmocka_unit_test(a_list_of_what_may_not_be_read_is_refused),
            cmocka_unit_test(a_crowd_of_followers_is_bounded),
            cmocka_unit_test(each_op_asks_for_a_token_a_scope_and_its_fields),
            cmocka_unit_test(a_revoked_token_opens_nothing),
            cmocka_unit_test(tokens_are_listed_by_name_with_what_they_may),
            cmocka_unit_test(a_hundred_applications_have_access_and_not_one_more),
            cmocka_unit_test(what_cannot_be_read_is_answered),
            cmocka_unit_test(sentences_come_in_three_languages),
            cmocka_unit_test(the_same_request_has_one_effect_and_one_reply),
            cmocka_unit_test(a_refusal_leaves_only_a_trace),
            cmocka_unit_test(a_step_in_a_case_that_is_not_there_leaves_nothing),
            cmocka_unit_test(a_newer_bundle_is_kept_for_a_store_that_is_lost),
            cmocka_unit_test(a_referral_is_checked_before_it_is_sealed),
            cmocka_unit_test(a_withdrawn_consent_sends_nothing_more),
            cmocka_unit_test(a_withdrawal_stops_what_its_own_turn_has_sealed),
            cmocka_unit_test(a_withdrawal_leaves_no_use_out),
            cmocka_unit_test(an_old_generation_key_does_not_stay),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
