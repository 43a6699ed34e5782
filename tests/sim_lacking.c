/* sim_lacking.c - referrals and what belongs to them, while one thing that a program
 * needs is not there: it says no or falls; after a new start all sides agree, and the
 * same can be done again (tests/lacking.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/time.h"
#include "core/vocab.h"
#include "tests/lacking.h"
#include "tests/peek.h"
#include "tests/world.h"

#define HOME   "thuiszorg"
#define TARGET "aksant"

enum { PATH_MAX_STEPS = 4, SEED = 77, MAIL_PLACES = 8 };

/* ---- the deeds ---- */

static struct {
    uint64_t consent, sent, got;
    uint64_t last_sent, last_got;
} now;

static const char *const ALL[] = {HOME, TARGET, NETWORK_BROKER};

static uint64_t newest(const char *id, uint64_t *last)
{
    const struct list_cases list = {.after = *last, .limit = 200};
    struct request request = {.inbox = &list};
    const struct reply *reply = world_must(id, &request, "");
    for (size_t i = 0; i < reply->cases->n_cases; i++)
        if (reply->cases->cases[i].number > *last)
            *last = reply->cases->cases[i].number;
    return *last;
}

static void consent(void)
{
    const struct world_consent wish = {
            .recipients = {TARGET, "meldpunt"},
            .purpose = PURPOSE_CARE_COORDINATION
    };
    now.consent = world_consent(HOME, &wish);
}

static void referral(void)
{
    if (now.consent == 0)
        consent();
    const struct reply *reply =
            world_refer(HOME, now.consent, TARGET, "Rosa Voorbeeld");
    assert_string_equal(reply->code, "");
    now.sent = reply->made->case_number;
    world_quiet();
    now.got = newest(TARGET, &now.last_got);
}

static void refer(void)
{
    (void)world_refer(HOME, now.consent, TARGET, "Rosa Voorbeeld");
}

static void withdraw(void)
{
    const struct consent_withdraw wish = {.number = now.consent,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &wish};
    (void)world_try(HOME, &request);
}

static void fresh_consent(void)
{
    now.consent = 0;
    referral();
}

static void give(void)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION};
    static const uint16_t data[] = {DATA_CATEGORY_NEEDS, DATA_CATEGORY_CONTACT};
    static const char *const recipients[] = {TARGET};
    const struct consent_give wish = {.person = "Rosa Voorbeeld",
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = recipients,
            .n_recipients = 1,
            .purposes = purposes,
            .n_purposes = 1,
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .preview_categories = data,
            .n_preview_categories = 1,
            .level_max = LEVEL_S1,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};
    struct request request = {.consent_give = &wish};
    (void)world_try(HOME, &request);
}

static void raise_signal(void)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    static const uint16_t seen[] = {1};
    const struct signal signal = {.needs = needs,
            .n_needs = 1,
            .observations = seen,
            .n_observations = 1,
            .person = "Mevrouw Voorbeeld, Voorbeeldstraat 12",
            .text = "asks for help",
            .language = "nl"};
    const struct raise_signal wish = {.recipient = "meldpunt",
            .consent_number = now.consent,
            .urgency = URGENCY_ROUTINE,
            .area = "21004",
            .signal = &signal};
    struct request request = {.signal = &wish};
    (void)world_try(HOME, &request);
}

static void say_text(void)
{
    const struct text text = {.text = "On Tuesday", .language = "en"};
    const struct act act = {.case_number = now.got, .text = &text};
    struct request request = {.act = &act};
    (void)world_try(TARGET, &request);
}

static void visit(void)
{
    const struct visit report = {.result = VISIT_RESULT_MET,
            .at_ms = (uint64_t)sim_now(),
            .text = "They met"};
    const struct change_visit ask = {.case_number = now.got,
            .step = VISIT_STEP_REPORT,
            .agreed = true,
            .visit = &report};
    struct request request = {.visit = &ask};
    (void)world_try(TARGET, &request);
}

/* Whatever can be looked at, at both sides and at the broker. */
static void look(void)
{
    const struct show_case show = {.number = now.sent}, other = {.number = now.got};
    const struct list_cases list = {.limit = 5};
    const struct trace_case trace = {.number = now.sent};
    const struct consent_show consents = {.number = 0};
    const struct list_directory directory = {.partner = ""};
    const struct get_status status = {.quiet = false};
    const struct get_doctor doctor = {.full = true};
    const struct audit_verify verify = {.fresh = true};
    const struct audit_show words = {.case_number = now.sent};
    const struct audit_seen seen = {.confirmed = true};
    struct request requests[] = {{.show = &show}, {.inbox = &list}, {.trace = &trace},
            {.consent_show = &consents}, {.directory = &directory}, {.status = &status},
            {.doctor = &doctor}, {.audit_verify = &verify}, {.audit_show = &words},
            {.audit_seen = &seen}};
    for (size_t i = 0; i < COUNT_OF(requests); i++)
        (void)world_try(HOME, &requests[i]);
    struct request theirs = {.show = &other},
                   brokers[] = {{.status = &status}, {.doctor = &doctor}};
    (void)world_try(TARGET, &theirs);
    for (size_t i = 0; i < COUNT_OF(brokers); i++)
        (void)world_try(NETWORK_BROKER, &brokers[i]);
}

static void publish(void)
{
    static const char *const areas[] = {"21004"};
    const struct set_intake intake = {.state = INTAKE_STATE_FULL};
    const struct set_intake open = {.state = INTAKE_STATE_OPEN};
    const struct set_service service = {.need = NEED_CATEGORY_DEBT,
            .areas = areas,
            .n_areas = 1,
            .hours = "always"};
    struct request requests[] = {{.intake = &intake}, {.intake = &open},
            {.service = &service}};
    for (size_t i = 0; i < COUNT_OF(requests); i++)
        (void)world_try("noord", &requests[i]);
}

static void end_partnership(void)
{
    const struct partnership_change end = {.verb = PARTNERSHIP_VERB_END,
            .partner = "noord"};
    struct request request = {.partnership = &end};
    (void)world_try(HOME, &request);
    (void)sim_settle(TIME_MINUTE_MS);
    world_try_agree(HOME, "noord");
}

static void administer(void)
{
    static const enum scope scopes[] = {SCOPE_REFERRAL_READ};
    const struct change_token token = {.name = "app", .scopes = scopes, .n_scopes = 1};
    const struct change_token gone = {.name = "app", .revoke = true};
    const struct suspend out = {.partner = "chambry", .reason = "a test"};
    const struct suspend in = {.partner = "chambry", .lift = true, .reason = "over"};
    struct request tokens[] = {{.token_change = &token}, {.token_change = &gone}};
    struct request suspends[] = {{.suspend = &out}, {.suspend = &in}};
    for (size_t i = 0; i < COUNT_OF(tokens); i++)
        (void)world_try(HOME, &tokens[i]);
    for (size_t i = 0; i < COUNT_OF(suspends); i++)
        (void)world_try(NETWORK_BROKER, &suspends[i]);
}

/* Of a node and of the broker, each time to another place. */
static void back_up(void)
{
    static unsigned n;
    char paths[2][WORLD_PATH_BYTES];
    static const char *const WHO[] = {HOME, NETWORK_BROKER};
    n++;
    for (size_t i = 0; i < COUNT_OF(WHO); i++) {
        snprintf(paths[i], sizeof paths[i], "%s/backup-%zu-%u", world_network()->folder,
                i, n);
        const struct make_backup wish = {.path = paths[i],
                .passphrase = NETWORK_PASSPHRASE};
        struct request request = {.backup = &wish};
        (void)world_try(WHO[i], &request);
    }
}

/* With a case that is still open. */
static void leave(void)
{
    const struct leave wish = {.confirmed = true};
    struct request requests[] = {{.leave = &wish}, {.leave = &wish}};
    for (size_t i = 0; i < COUNT_OF(requests); i++)
        (void)world_try(TARGET, &requests[i]);
}

static void load(void)
{
    size_t len;
    uint8_t *bytes = network_bundle(world_network(), &len);
    const struct load_bundle bundle = {
            .bundle = {bytes, len}
    };
    struct request at_node = {.load_bundle = &bundle}, at_broker = at_node;
    (void)world_try(HOME, &at_node);
    (void)world_try(NETWORK_BROKER, &at_broker);
    free(bytes);
}

static void ask_rights(void)
{
    const struct person person = {.name = "Rosa Verbeterd"};
    const struct referral corrected = {.person = &person};
    const struct rights_ask wishes[] = {
            {.case_number = now.sent, .right = LETTER_TYPE_ACCESS},
            {.case_number = now.sent,
             .right = LETTER_TYPE_RECTIFY,
             .corrected = &corrected},
            {.case_number = now.sent,                       .right = LETTER_TYPE_ERASE                           },
    };
    for (size_t i = 0; i < COUNT_OF(wishes); i++) {
        struct request request = {.rights_ask = &wishes[i]};
        (void)world_try(HOME, &request);
    }
}

/* Each that waits, with what fits it. */
static void answer_rights(void)
{
    const struct rights_list open = {.open = true};
    struct request request = {.rights_list = &open};
    const struct reply *reply = world_try(TARGET, &request);
    struct rights_answer answers[4] = {{.number = 0}};
    size_t n = 0;
    if (reply != NULL && reply->rights != NULL)
        for (; n < reply->rights->n_lines && n < COUNT_OF(answers); n++) {
            const struct rights_line *line = &reply->rights->lines[n];
            answers[n] = (struct rights_answer){.number = line->number,
                    .answer = line->right == LETTER_TYPE_ACCESS ? RIGHTS_ANSWER_GIVEN
                                                                : RIGHTS_ANSWER_DONE,
                    .words = "so it is"};
        }
    for (size_t i = 0; i < n; i++) {
        request = (struct request){.rights_answer = &answers[i]};
        (void)world_try(TARGET, &request);
    }
}

static void restart(void)
{
    for (size_t i = 0; i < COUNT_OF(ALL); i++) {
        world_stop(ALL[i]);
        (void)world_try_start(ALL[i]);
    }
}

static void weeks_pass(void)
{
    world_pass((int64_t)16 * TIME_DAY_MS);
}

/* ---- events of an offer: how it comes to where they are possible ---- */

static const struct way {
    enum offer_event before[PATH_MAX_STEPS];
    enum offer_event event;
} WAYS[] = {
        {{0},                                                          OFFER_EVENT_SEEN        },
        {{0},                                                          OFFER_EVENT_ACCEPT      },
        {{OFFER_EVENT_SEEN},                                           OFFER_EVENT_DECLINE     },
        {{OFFER_EVENT_SEEN},                                           OFFER_EVENT_WAITLIST    },
        {{OFFER_EVENT_SEEN},                                           OFFER_EVENT_INFO_REQUEST},
        {{OFFER_EVENT_SEEN, OFFER_EVENT_INFO_REQUEST},                 OFFER_EVENT_INFO_REPLY  },
        {{OFFER_EVENT_ACCEPT},                                         OFFER_EVENT_START       },
        {{OFFER_EVENT_ACCEPT},                                         OFFER_EVENT_FAIL        },
        {{OFFER_EVENT_ACCEPT, OFFER_EVENT_START},                      OFFER_EVENT_HOLD        },
        {{OFFER_EVENT_ACCEPT, OFFER_EVENT_START},                      OFFER_EVENT_OUTCOME     },
        {{OFFER_EVENT_ACCEPT, OFFER_EVENT_START, OFFER_EVENT_OUTCOME},
         OFFER_EVENT_CONFIRM                                                                   },
        {{OFFER_EVENT_ACCEPT},                                         OFFER_EVENT_CANCEL      },
        {{OFFER_EVENT_ACCEPT, OFFER_EVENT_START},                      OFFER_EVENT_IN_ERROR    },
};
static const struct way *way;

static bool is_of_sender(enum offer_event event)
{
    return event == OFFER_EVENT_INFO_REPLY || event == OFFER_EVENT_CONFIRM ||
           event == OFFER_EVENT_CANCEL || event == OFFER_EVENT_IN_ERROR;
}

static void say(enum offer_event event)
{
    bool ours = is_of_sender(event);
    (void)world_act(ours ? HOME : TARGET, ours ? now.sent : now.got, event);
}

static void on_the_way(void)
{
    referral();
    for (size_t i = 0; i < PATH_MAX_STEPS && way->before[i] != OFFER_EVENT_NONE; i++) {
        say(way->before[i]);
        world_quiet();
    }
}

static void event(void)
{
    say(way->event);
}

static void accepted(void)
{
    static const struct way ACCEPTED = {{OFFER_EVENT_ACCEPT}, OFFER_EVENT_NONE};
    way = &ACCEPTED;
    on_the_way();
}

static void asked(void)
{
    accepted();
    ask_rights();
    world_quiet();
}

/* A directory that nobody renews does not last for many times some weeks. */
static void afresh(void)
{
    lacking_afresh();
    memset(&now, 0, sizeof now);
    referral();
}

/* ---- each at each of the programs ---- */

static void fresh(void)
{
    memset(&now, 0, sizeof now);
    world_fresh(SEED);
}

/* After weeks letters are forgotten, and others get their numbers: that is not watched.
 */
static void begin(bool watched)
{
    const struct lacking_world world = {.begin = fresh,
            .programs = ALL,
            .n_programs = COUNT_OF(ALL),
            .watched = watched};
    lacking_begin(&world);
}

static void try_everywhere(const struct lacking_deed *deed)
{
    static const char *const WHERE[] = {HOME, TARGET, NETWORK_BROKER, NULL};
    begin(true);
    for (size_t i = 0; i < COUNT_OF(WHERE); i++)
        lacking_try(deed, WHERE[i], 0);
    lacking_end();
}

static void every_deed(void **state)
{
    static const struct lacking_deed DEEDS[] = {
            {"a consent",     consent,       give           },
            {"a referral",    consent,       refer          },
            {"a withdrawal",  fresh_consent, withdraw       },
            {"a signal",      consent,       raise_signal   },
            {"a text",        accepted,      say_text       },
            {"a visit",       accepted,      visit          },
            {"looking",       referral,      look           },
            {"publishing",    consent,       publish        },
            {"a partnership", consent,       end_partnership},
            {"administering", consent,       administer     },
            {"a bundle",      consent,       load           },
            {"a backup",      consent,       back_up        },
            {"asking",        accepted,      ask_rights     },
            {"answering",     asked,         answer_rights  },
            {"leaving",       afresh,        leave          },
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(DEEDS); i++)
        try_everywhere(&DEEDS[i]);
}

static void every_event(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(WAYS); i++) {
        const struct lacking_deed deed = {"an event", on_the_way, event};
        way = &WAYS[i];
        try_everywhere(&deed);
    }
}

/* What its reader has no room to take is not refused: it comes again, and its sender
 * hears of nothing. */
static void every_mail(void **state)
{
    static const struct lacking_deed DEEDS[] = {
            {"mail: a withdrawal", fresh_consent, withdraw  },
            {"mail: a referral",   consent,       refer     },
            {"mail: a text",       accepted,      say_text  },
            {"mail: asking",       accepted,      ask_rights},
    };
    uint64_t most = lacking_all() ? UINT64_MAX : MAIL_PLACES;
    (void)state;
    begin(true);
    for (size_t i = 0; i < COUNT_OF(DEEDS); i++)
        assert_true(lacking_try_mail(&DEEDS[i], most) > 0);
    lacking_end();
}

static void every_start(void **state)
{
    const struct lacking_deed deed = {"a start", referral, restart};
    (void)state;
    begin(true);
    lacking_try(&deed, "", 0);
    lacking_end();
}

static void every_term(void **state)
{
    const struct lacking_deed deed = {"weeks", afresh, weeks_pass};
    (void)state;
    begin(false);
    lacking_try(&deed, NETWORK_BROKER, 0);
    lacking_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_deed),
            cmocka_unit_test(every_event),
            cmocka_unit_test(every_mail),
            cmocka_unit_test(every_start),
            cmocka_unit_test(every_term),
    };
    peek_begin();
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
