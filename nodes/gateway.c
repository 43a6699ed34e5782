/* gateway.c - from a frame of the local socket to a reply: token, scope, repeated
 * request, handler. */
#include "nodes/gateway.h"

#include <stddef.h>
#include <stdio.h>

#include "core/niss.h"
#include "core/wire_find.h"
#include "core/wire_walk.h"
#include "nodes/batch.h"
#include "nodes/gateway_confidence.h"
#include "nodes/openings.h"
#include "nodes/session.h"
#include "nodes/spool_staff.h"

#define SCOPE(name) (UINT64_C(1) << SCOPE_##name)
#define READ_CASES  (SCOPE(REFERRAL_READ) | SCOPE(SIGNAL_READ))
#define ANY_SCOPE   ((uint64_t)GATEWAY_ALL_SCOPES)
/* What says nothing that who can open the socket may not know. */
#define NO_TOKEN 0
#define OP(name) #name, offsetof(struct request, name)

/* What may be asked, who may ask it, and whether it changes something and so needs a
 * key against doing it twice. */
static const struct op {
    const char *name;
    size_t at;       /* of its pointer in struct request */
    uint64_t scopes; /* one of these is enough; 0: no token is asked for */
    bool changes;
    bool joined; /* only for a member of a network */
    gateway_handler *handler;
} OPS[] = {
        {OP(consent_give),     SCOPE(CONSENT_WRITE),                          true,  true,  gateway_consent_give },
        {OP(consent_withdraw), SCOPE(CONSENT_WRITE),                          true,  true,
         gateway_consent_withdraw                                                                                },
        {OP(consent_reach),    SCOPE(CONSENT_WRITE),                          false, false, gateway_consent_reach},
        {OP(consent_show),     SCOPE(CONSENT_WRITE),                          false, false, gateway_consent_show },
        {OP(consent_list),     SCOPE(CONSENT_WRITE),                          false, false, gateway_consent_list },
        {OP(consent_renew),    SCOPE(CONSENT_WRITE),                          true,  true,  gateway_consent_renew},
        {OP(consent_receipt),  SCOPE(CONSENT_WRITE),                          false, false,
         gateway_consent_receipt                                                                                 },
        {OP(partnership),      SCOPE(ADMIN),                                  true,  true,  gateway_partnership  },
        {OP(partnerships),     SCOPE(DIRECTORY_READ),                         false, true,  gateway_partnerships },
        {OP(flows),            SCOPE(DIRECTORY_READ),                         false, true,  gateway_flows        },
        {OP(refer),            SCOPE(REFERRAL_SEND),                          true,  true,  gateway_refer        },
        {OP(forward),          SCOPE(REFERRAL_DECIDE) | SCOPE(REFERRAL_SEND), true,  true,
         gateway_forward                                                                                         },
        {OP(signal),           SCOPE(SIGNAL_SEND),                            true,  true,  gateway_signal       },
        {OP(triage),           SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_triage       },
        {OP(attempt),          SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_attempt      },
        {OP(link),             SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_link         },
        {OP(convert),          SCOPE(REFERRAL_SEND),                          true,  true,  gateway_convert      },
        {OP(signal_end),       SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_signal_end   },
        {OP(inbox),            READ_CASES,                                    false, false, gateway_inbox        },
        {OP(show),             READ_CASES,                                    false, false, gateway_show         },
        {OP(act),              SCOPE(REFERRAL_DECIDE) | SCOPE(REFERRAL_SEND), true,  true,
         gateway_act                                                                                             },
        {OP(trace),            READ_CASES | SCOPE(REPORT_READ),               false, false, gateway_trace        },
        {OP(directory),        SCOPE(DIRECTORY_READ),                         false, false, gateway_directory    },
        {OP(intake),           SCOPE(ADMIN),                                  true,  true,  gateway_intake       },
        {OP(service),          SCOPE(ADMIN),                                  true,  true,  gateway_service      },
        {OP(capacity),         SCOPE(ADMIN),                                  true,  true,  gateway_capacity     },
        {OP(absence),          SCOPE(ADMIN),                                  true,  true,  gateway_absence      },
        {OP(mandate),          SCOPE(ADMIN),                                  true,  true,  gateway_mandate      },
        {OP(supply),           SCOPE(DIRECTORY_READ),                         false, true,  gateway_supply       },
        {OP(substitute),       READ_CASES | SCOPE(REFERRAL_DECIDE),           true,  true,
         gateway_substitute                                                                                      },
        {OP(find),             SCOPE(DIRECTORY_READ) | SCOPE(REFERRAL_SEND),  false, true,
         gateway_find                                                                                            },
        {OP(status),           ANY_SCOPE,                                     false, false, gateway_status       },
        {OP(doctor),           SCOPE(ADMIN),                                  false, false, gateway_doctor       },
        {OP(backup),           SCOPE(ADMIN),                                  false, false, gateway_backup       },
        {OP(load_bundle),      SCOPE(ADMIN),                                  false, false, gateway_load_bundle  },
        {OP(suspend),          SCOPE(ADMIN),                                  false, false, gateway_of_broker    },
        {OP(gaps),             SCOPE(REPORT_READ),                            false, false, gateway_of_broker    },
        {OP(token_change),     SCOPE(ADMIN),                                  false, false, gateway_token        },
        {OP(tokens),           SCOPE(ADMIN),                                  false, false, gateway_tokens       },
        {OP(leave),            SCOPE(ADMIN),                                  true,  true,  gateway_leave        },
        {OP(consent_explain),  READ_CASES | SCOPE(CONSENT_WRITE),             false, false,
         gateway_consent_explain                                                                                 },
        {OP(consent_check),    SCOPE(CONSENT_WRITE) | SCOPE(REFERRAL_SEND),   false, true,
         gateway_consent_check                                                                                   },
        {OP(retention),        SCOPE(REPORT_READ) | SCOPE(ADMIN),             false, false,
         gateway_retention                                                                                       },
        {OP(rights_ask),       SCOPE(CONSENT_WRITE),                          true,  true,  gateway_rights_ask   },
        {OP(rights_answer),    SCOPE(CONSENT_WRITE),                          true,  true,  gateway_rights_answer},
        {OP(rights_list),      SCOPE(CONSENT_WRITE) | SCOPE(REPORT_READ),     false, false,
         gateway_rights_list                                                                                     },
        {OP(erase_settle),     SCOPE(CONSENT_WRITE),                          true,  true,  gateway_erase_settle },
        {OP(openings),         READ_CASES | SCOPE(REPORT_READ),               false, false, gateway_openings     },
        {OP(audit_verify),     SCOPE(REPORT_READ) | SCOPE(ADMIN),             false, true,
         gateway_audit_verify                                                                                    },
        {OP(audit_show),       READ_CASES | SCOPE(REPORT_READ),               false, true,
         gateway_audit_show                                                                                      },
        {OP(audit_seen),       SCOPE(ADMIN),                                  false, true,  gateway_audit_seen   },
        {OP(escalations),      SCOPE(REFERRAL_READ),                          false, true,  gateway_escalations  },
        {OP(assign),           SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_assign       },
        {OP(hand_on),          SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_hand_on      },
        {OP(visit),            SCOPE(REFERRAL_DECIDE) | SCOPE(REFERRAL_SEND), true,  true,
         gateway_visit                                                                                           },
        {OP(visits),           READ_CASES,                                    false, false, gateway_visits       },
        {OP(subscription),     SCOPE(ADMIN),                                  true,  true,  gateway_subscription },
        {OP(subscriptions),    SCOPE(DIRECTORY_READ),                         false, true,  gateway_subscriptions},
        {OP(share),            SCOPE(SIGNAL_SEND),                            true,  true,  gateway_share        },
        {OP(report),           SCOPE(REPORT_READ) | SCOPE(DIRECTORY_READ),    false, true,
         gateway_report                                                                                          },
        {OP(events),           READ_CASES,                                    false, false, gateway_events       },
        {OP(token_show),       ANY_SCOPE,                                     false, false, gateway_token_show   },
        {OP(health),           NO_TOKEN,                                      false, false, gateway_health       },
        {OP(follow),           NO_TOKEN,                                      false, false, gateway_follow       },
        {OP(evidence),         READ_CASES | SCOPE(REPORT_READ),               false, true,  gateway_evidence     },
        {OP(ask_post),         SCOPE(REFERRAL_SEND),                          true,  true,  gateway_ask_post     },
        {OP(ask_claim),        SCOPE(REFERRAL_DECIDE),                        true,  true,  gateway_ask_claim    },
        {OP(ask_end),          SCOPE(REFERRAL_SEND),                          true,  true,  gateway_ask_end      },
        {OP(campaign),         SCOPE(ADMIN),                                  true,  true,  gateway_campaign     },
        {OP(barrier),          SCOPE(SIGNAL_SEND) | SCOPE(ADMIN),             true,  true,  gateway_barrier      },
        {OP(advice),           SCOPE(ADMIN),                                  true,  true,  gateway_advice       },
        {OP(advice_answer),    SCOPE(ADMIN),                                  true,  true,  gateway_advice_answer},
        {OP(neighbours),       SCOPE(DIRECTORY_READ),                         false, true,  gateway_neighbours   },
        {OP(volunteers),       SCOPE(ADMIN),                                  true,  true,  gateway_volunteers   },
        {OP(load),             SCOPE(REPORT_READ),                            false, true,  gateway_load         },
};

static const struct op *find_op(const struct request *request)
{
    for (size_t i = 0; i < COUNT_OF(OPS); i++) {
        const void *op;
        memcpy(&op, (const char *)request + OPS[i].at, sizeof op);
        if (op != NULL)
            return &OPS[i];
    }
    return NULL;
}

/* ------------------------------------------------------------- for handlers */

bool gateway_refuse(struct gateway_call *call, enum code code)
{
    if (call->code == CODE_OK)
        call->code = code;
    return true;
}

static bool add_issue(struct gateway_call *call, enum code code, const char *field,
        const char *words)
{
    if (call->n_issues < GATEWAY_ISSUES_MAX)
        call->issues[call->n_issues++] = (struct issue){field, words};
    return gateway_refuse(call, code);
}

bool gateway_wrong(struct gateway_call *call, enum code code, const char *field,
        enum words words)
{
    return add_issue(call, code, field, words_text(words, call->lang));
}

bool gateway_wrong_text(struct node *node, struct gateway_call *call, enum code code,
        const char *field, const char *words)
{
    size_t len = strlen(words);
    char *copy = arena_take(&node->scratch, len + 1);
    if (copy == NULL)
        return gateway_refuse(call, code);
    memcpy(copy, words, len);
    return add_issue(call, code, field, copy);
}

bool gateway_made(struct node *node, struct gateway_call *call, const struct made *made,
        struct err *err)
{
    struct made *copy = arena_take(&node->scratch, sizeof *copy);
    if (copy == NULL)
        return err_set(err, ERR_NOMEM, "no room for a reply");
    *copy = *made;
    copy->state = made->state == NULL ? "" : made->state;
    copy->text = made->text == NULL ? "" : made->text;
    call->reply.made = copy;
    return true;
}

const char *gateway_actor(const struct node *node, const struct gateway_call *call)
{
    return call->request->actor[0] != '\0' ? call->request->actor : node->partner;
}

bool gateway_has_scope(const struct gateway_call *call, enum scope scope)
{
    return (call->scopes >> (unsigned)scope & 1) != 0;
}

const struct member *gateway_find_partner(const struct node *node, const char *partner,
        enum code *code, enum words *words)
{
    int64_t now = node_now(node);
    const struct member *member = directory_live_member(node->directory, partner, now);
    const struct member *server =
            member == NULL ? NULL : directory_node_of(node->directory, partner, now);
    if (server == NULL || server->role != ROLE_NODE) {
        *code = partner[0] == '\0' ? E_FIELD : E_NOT_FOUND;
        *words = partner[0] == '\0' ? WORDS_MISSING : WORDS_PARTNER;
        return NULL;
    }
    if (strcmp(server->partner, node->partner) == 0) {
        *code = E_FIELD;
        *words = WORDS_OURSELVES;
        return NULL;
    }
    return server;
}

const struct member *gateway_partner(struct node *node, struct gateway_call *call,
        const char *field, const char *partner)
{
    enum words words;
    enum code code;
    const struct member *server = gateway_find_partner(node, partner, &code, &words);
    if (server == NULL)
        gateway_wrong(call, code, field, words);
    return server;
}

/* ------------------------------------------------------------- replies */

static bool pack_reply(struct node *node, const struct gateway_call *call,
        struct span *bytes, struct err *err)
{
    struct reply reply = call->reply;
    reply.v = 1;
    reply.request_id = call->request->request_id;
    reply.code = call->code == CODE_OK ? "" : code_name(call->code);
    reply.sentence = call->code == CODE_OK ? "" : code_sentence(call->code, call->lang);
    reply.issues = call->issues;
    reply.n_issues = call->n_issues;
    if (call->code != CODE_OK)
        reply.decision = call->judged.msg_id;
    return wire_put_arena(&WIRE_REPLY, &reply, &node->scratch, bytes, err);
}

bool gateway_reply(struct node *node, const struct gateway_call *call, struct err *err)
{
    struct span bytes;
    struct err why = {.code = CODE_OK};
    if (!pack_reply(node, call, &bytes, &why)) {
        /* What was found does not fit in a reply: say that, rather than nothing. */
        struct gateway_call no = {
                .request = call->request,
                .lang = call->lang,
                .code = session_is_refusal(&why) ? why.code : E_SIZE,
        };
        if (!pack_reply(node, &no, &bytes, err))
            return false;
    }
    return batch_reply(node, call->conn, bytes, err);
}

/* ------------------------------------------------------------- tokens */

static bool check_token(struct node *node, struct gateway_call *call, struct err *err)
{
    struct spool_token token;
    struct key32 hash = keys_token_hash(call->request->token);
    bool found;
    if (hash_equal(&hash, &node->home.token_hash, sizeof hash)) {
        snprintf(call->token, sizeof call->token, GATEWAY_CLI);
        call->scopes = GATEWAY_ALL_SCOPES;
        return true;
    }
    if (!spool_get_token(node->db, &hash, &found, &token, err))
        return false;
    if (!found)
        return gateway_wrong(call, E_AUTH, "token", WORDS_TOKEN);
    memcpy(call->token, token.name, sizeof call->token);
    call->scopes = token.scopes;
    return true;
}

/* ------------------------------------------------------------- repeated requests */

/* How every request begins: v, and the tag and length of request_id. */
static const uint8_t REQUEST_HEAD[] = {0x08, 0x01, 0x12, 0x10};

/* Over the request as far as it says what is wanted: which attempt it is, with which
 * token and in which language does not count. Those are among its first fields, and a
 * request has one spelling; each has a tag and a length in front, when it is there. */
static struct key32 hash_request(const struct node *node,
        const struct gateway_call *call)
{
    enum { HEAD = 2 };
    const struct request *request = call->request;
    size_t actor = strlen(request->actor), key = strlen(request->idempotency_key);
    size_t lang = strlen(request->lang);
    size_t first = sizeof REQUEST_HEAD + sizeof request->request_id + HEAD +
                   strlen(request->token);
    size_t len = (actor == 0 ? 0 : HEAD + actor) + (key == 0 ? 0 : HEAD + key);
    size_t rest = first + len + (lang == 0 ? 0 : HEAD + lang);
    const struct span wanted[] = {
            {call->frame.at + first, len                   },
            {call->frame.at + rest,  call->frame.len - rest},
    };
    return hash_hmac(SPAN_OF(node->request_key), wanted, COUNT_OF(wanted));
}

/* The first reply again; its own bytes when the request came with its own request_id.
 */
static bool say_again(struct node *node, const struct gateway_call *call,
        struct span first, struct err *err)
{
    struct reply reply;
    struct span bytes;
    if (!wire_get(&WIRE_REPLY, first, &node->scratch, &reply, err))
        return err_wrap(err, "a kept reply");
    reply.request_id = call->request->request_id;
    return wire_put_arena(&WIRE_REPLY, &reply, &node->scratch, &bytes, err) &&
           batch_reply(node, call->conn, bytes, err);
}

/* *answered: the request was there before and has its reply. */
static bool check_repeated(struct node *node, struct gateway_call *call,
        struct key32 *hash, bool *answered, struct err *err)
{
    struct key32 first;
    struct span reply;
    const char *key = call->request->idempotency_key;
    *answered = false;
    if (key[0] == '\0')
        return gateway_wrong(call, E_FIELD, "idempotency_key", WORDS_MISSING);
    bool found;
    *hash = hash_request(node, call);
    if (!spool_get_reply(node->db, call->token, key, &node->scratch, &found, &first,
                &reply, err))
        return false;
    if (!found)
        return true;
    if (!key32_equal(&first, hash))
        return gateway_refuse(call, E_ID_REUSE);
    *answered = true;
    return say_again(node, call, reply, err);
}

/* ------------------------------------------------------------- one request */

/* A refusal leaves only a line of the trace and what it was decided of, and nothing
 * when it is about a case that does not exist: a later one may get that number. */
static bool trace_refusal(struct node *node, struct gateway_call *call,
        const struct op *op, struct err *err)
{
    if (call->code == E_NOT_FOUND && call->request->act != NULL)
        return true;
    call->judged.case_number = call->case_number;
    if (!id_is_none(&call->judged.msg_id) &&
            !spool_put_judged(node->db, &call->judged, err))
        return false;
    return node_trace(node, call->case_number, gateway_actor(node, call), op->name,
            code_name(call->code), &call->judged.msg_id, err);
}

/* For when the same request comes again; without what is held of the person, which lies
 * on the disk in no other place that can be read. */
static bool keep_reply(struct node *node, const struct gateway_call *call,
        const struct key32 *hash, struct err *err)
{
    struct gateway_call kept = *call;
    struct rights bare;
    struct span bytes;
    if (call->reply.rights != NULL) {
        bare = *call->reply.rights;
        bare.own = NULL;
        kept.reply.rights = &bare;
    }
    return pack_reply(node, &kept, &bytes, err) &&
           spool_put_reply(node->db, call->token, call->request->idempotency_key, hash,
                   bytes, node_now(node), err);
}

/* Whose step this was: the case is theirs until somebody else does one. */
static bool note_handler(struct node *node, const struct gateway_call *call,
        struct err *err)
{
    const struct made *made = call->reply.made;
    const char *actor = call->request->actor;
    return made == NULL || made->case_number == 0 || actor[0] == '\0' ||
           spool_set_handler(node->db, made->case_number, actor, node_now(node), err);
}

/* Run the handler in a savepoint of its own; a refusal undoes whatever it wrote. */
static bool handle(struct node *node, struct gateway_call *call, const struct op *op,
        const struct key32 *hash, struct err *err)
{
    struct err why = {.code = CODE_OK};
    /* What this turn has still to write is in no table yet; a withdrawal looks there
     * for all that it must stop. */
    if (call->request->consent_withdraw != NULL && !batch_flush(node, err))
        return false;
    struct batch_mark mark = batch_mark(node);
    if (!db_savepoint(node->db, err))
        return false;
    /* Audit before effect: who opens content is on disk before the reply leaves. */
    bool ok = op->handler(node, call, &why) &&
              (call->code != CODE_OK || openings_note(node, call, &why));
    if (!ok && !session_is_refusal(&why)) {
        *err = why;
        return false;
    }
    if (!ok)
        gateway_wrong_text(node, call, why.code, op->name, why.msg);
    if (call->code != CODE_OK) {
        call->reply = (struct reply){0};
        batch_undo(node, mark);
        return db_undo(node->db, err) &&
               (!op->changes || trace_refusal(node, call, op, err)) &&
               gateway_reply(node, call, err);
    }
    if (op->changes &&
            (!keep_reply(node, call, hash, err) || !note_handler(node, call, err)))
        return false;
    return db_release(node->db, err) &&
           (call->deferred || gateway_reply(node, call, err));
}

/* No text that is kept or sent may hold a national number; the field that is made for
 * one is judged by its handler. */
static bool check_niss(struct node *node, struct gateway_call *call,
        const struct wire_map *map, const void *asked, struct err *err)
{
    static const char *const own[] = {"niss"};
    static const struct wire_search search = {niss_within, own, COUNT_OF(own)};
    char *path = arena_take(&node->scratch, WIRE_PATH_BYTES);
    if (path == NULL)
        return err_set(err, ERR_NOMEM, "no room to look at a request");
    if (niss_within(call->request->actor))
        gateway_wrong(call, E_NISS, "actor", WORDS_NISS_HERE);
    if (wire_find_text(map, asked, &search, path))
        gateway_wrong(call, E_NISS, path, WORDS_NISS_HERE);
    return true;
}

/* What is written in a request that changes something, whatever it is. */
static bool check_texts(struct node *node, struct gateway_call *call,
        const struct op *op, struct err *err)
{
    const struct request *request = call->request;
    struct wire_field field;
    if (!wire_field_find(&WIRE_REQUEST, op->name, &field))
        return err_set(err, ERR_INTERNAL, "%s is no request", op->name);
    const void *asked = wire_value(&field, request, 0);
    /* A record of consent never leaves the node. */
    if (request->consent_give == NULL &&
            !gateway_confidence_check(node, call, field.sub, asked,
                    request->refer != NULL || request->signal != NULL ||
                            request->act != NULL || request->forward != NULL ||
                            request->visit != NULL || request->convert != NULL,
                    err))
        return false;
    return check_niss(node, call, field.sub, asked, err);
}

static bool serve(struct node *node, struct gateway_call *call, struct err *err)
{
    const struct op *op = find_op(call->request);
    struct key32 hash = {{0}};
    bool answered = false;
    if (op != NULL && op->scopes == NO_TOKEN)
        return handle(node, call, op, &hash, err);
    if (!check_token(node, call, err))
        return false;
    if (op == NULL && call->code == CODE_OK)
        gateway_refuse(call, E_FORMAT);
    if (op == NULL)
        return gateway_reply(node, call, err);
    if (call->code == CODE_OK && (call->scopes & op->scopes) == 0)
        gateway_refuse(call, E_SCOPE);
    if (call->code == CODE_OK && op->joined && node_self(node) == NULL)
        gateway_wrong(call, E_AUTH, op->name, WORDS_NOT_JOINED);
    if (call->code == CODE_OK && op->changes &&
            !check_repeated(node, call, &hash, &answered, err))
        return false;
    if (answered)
        return true;
    if (call->code == CODE_OK && op->changes && !check_texts(node, call, op, err))
        return false;
    if (call->code != CODE_OK)
        return gateway_reply(node, call, err);
    return handle(node, call, op, &hash, err);
}

/* A request that cannot be read still gets an answer its client can match, when its
 * first fields, v and request_id, can be seen. */
static struct id request_id_of(struct span frame)
{
    struct id id;
    memset(id.b, 0xFF, sizeof id.b);
    if (frame.len >= sizeof REQUEST_HEAD + sizeof id.b &&
            memcmp(frame.at, REQUEST_HEAD, sizeof REQUEST_HEAD) == 0)
        memcpy(id.b, frame.at + sizeof REQUEST_HEAD, sizeof id.b);
    if (id_is_none(&id))
        memset(id.b, 0xFF, sizeof id.b);
    return id;
}

bool gateway_take(struct node *node, uint64_t conn, struct span frame, struct err *err)
{
    struct request request;
    struct gateway_call call = {.request = &request,
            .frame = frame,
            .conn = conn,
            .lang = LANG_EN};
    struct err why = {.code = CODE_OK};
    if (wire_get(&WIRE_REQUEST, frame, &node->scratch, &request, &why)) {
        if (!lang_find(request.lang, &call.lang) &&
                !lang_find(node->conf.language, &call.lang))
            call.lang = LANG_EN;
        return serve(node, &call, err);
    }
    request = (struct request){.request_id = request_id_of(frame)};
    gateway_wrong_text(node, &call, why.code, "request", why.msg);
    return gateway_reply(node, &call, err);
}
