/* world.c - the programs of a network as objects that a test starts, asks, crashes. */
#include "tests/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "adapters/gate.h"
#include "broker/broker.h"
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "nodes/node.h"

enum {
    ARENA_BYTES = 8 * 1024 * 1024,
    SETTLE_MS = 120000,
    PROGRAMS_MAX = 41,
    TRIES_MAX = 3, /* of one question */
    /* Unlike the seeds of tests: a seed that was used before would draw the same keys
     * again. */
    FOUNDING_SEED = 1000001,
    SETTLING_SEED = 1000002,
};

struct program {
    char id[PARTNER_BYTES];
    bool is_broker;
    struct broker *broker;
    struct node *node;
    struct gate *gate;
    struct disk *disk; /* NULL: the system's */
    int64_t sync_ms;   /* how long its disk takes to sync */
    char token[KEYS_TOKEN_TEXT_BYTES];
};

static struct {
    struct test_network network;
    struct program programs[PROGRAMS_MAX];
    size_t n_programs;
    bool on_disks;
    void (*bring_back)(void);
    struct arena arena;
    struct reply reply;
    struct err err;
} the;

static struct program *program_of(const char *id)
{
    for (size_t i = 0; i < the.n_programs; i++)
        if (strcmp(the.programs[i].id, id) == 0)
            return &the.programs[i];
    fprintf(stderr, "no program %s in this world\n", id);
    abort();
}

static struct loop *loop_of(const struct program *program)
{
    if (program->broker != NULL)
        return broker_loop(program->broker);
    return program->node != NULL ? node_loop(program->node) : NULL;
}

const struct test_network *world_network(void)
{
    return &the.network;
}

struct broker *world_broker(void)
{
    return program_of(NETWORK_BROKER)->broker;
}

int64_t world_faults(void)
{
    struct err err = {.code = CODE_OK};
    int64_t faults;

    return broker_conserved(world_broker(), &faults, &err) ? faults : -1;
}

struct node *world_node(const char *id)
{
    return program_of(id)->node;
}

void world_db(const char *id, char path[WORLD_PATH_BYTES])
{
    char home[NETWORK_PATH_BYTES];

    network_home(&the.network, id, home);
    snprintf(path, WORLD_PATH_BYTES, "%s/%s.db", home,
            program_of(id)->is_broker ? "broker" : "node");
}

bool world_is_up(const char *id)
{
    struct loop *loop = loop_of(program_of(id));

    return loop != NULL && !sim_died(loop, NULL);
}

static bool start_broker(struct program *program, const char *home)
{
    struct broker_conf conf;

    network_must(home_broker_conf(home, &conf, &the.err), "broker.conf", &the.err);
    conf.vfs = program->disk != NULL ? disk_vfs(program->disk) : NULL;
    program->broker = broker_new(&conf, NULL, &the.err);
    return program->broker != NULL;
}

static bool start_node(struct program *program, const char *home)
{
    struct node_conf conf;

    network_must(home_node_conf(home, &conf, &the.err), "node.conf", &the.err);
    conf.vfs = program->disk != NULL ? disk_vfs(program->disk) : NULL;
    program->node = node_new(&conf, NULL, &the.err);
    return program->node != NULL;
}

bool world_try_start(const char *id)
{
    struct program *program = program_of(id);
    char home[NETWORK_PATH_BYTES];

    network_home(&the.network, id, home);
    if (!(program->is_broker ? start_broker(program, home) : start_node(program, home)))
        return false;
    sim_name(loop_of(program), id);
    return true;
}

void world_start(const char *id)
{
    network_must(world_try_start(id), id, &the.err);
}

void world_stop(const char *id)
{
    struct program *program = program_of(id);

    /* Taken off first: the power can go while it closes its database. */
    struct broker *broker = program->broker;
    struct node *node = program->node;
    program->broker = NULL;
    program->node = NULL;
    gate_free(program->gate);
    program->gate = NULL;
    broker_free(broker);
    node_free(node);
}

void world_only(const char *one, const char *other)
{
    for (size_t i = 0; i < the.n_programs; i++) {
        const struct program *program = &the.programs[i];
        if (!program->is_broker && strcmp(program->id, one) != 0 &&
                strcmp(program->id, other) != 0)
            world_stop(program->id);
    }
}

void world_crash(const char *id)
{
    struct program *program = program_of(id);
    static const struct err crash = {.code = ERR_INTERNAL, .msg = SIM_CRASH};

    /* A dead loop sends nothing more, so that freeing cannot say goodbye. */
    if (loop_of(program) != NULL)
        loop_die(loop_of(program), &crash);
    world_stop(id);
}

/* ------------------------------------------------------------ disks */

/* The power of a program's machine goes while it calls its disk: it says nothing more.
 */
static void on_power_cut(void *self)
{
    static const struct err crash = {.code = ERR_INTERNAL, .msg = SIM_CRASH};
    struct loop *loop = loop_of(self);

    if (loop != NULL)
        loop_die(loop, &crash);
}

/* A disk that is slow keeps its program waiting. */
static void on_disk_op(void *self, enum disk_op op, const char *path)
{
    const struct program *program = self;

    (void)path;
    if (op == DISK_SYNC && program->sync_ms > 0)
        sim_freeze(program->id, program->sync_ms);
}

void world_slow_disk(const char *id, int64_t sync_ms)
{
    program_of(id)->sync_ms = sync_ms;
}

static void give_disks(uint64_t seed)
{
    for (size_t i = 0; i < the.n_programs; i++) {
        struct program *program = &the.programs[i];
        const struct disk_watch watch = {.self = program,
                .on_op = on_disk_op,
                .on_cut = on_power_cut};
        program->disk = disk_new(program->id, seed * PROGRAMS_MAX + i);
        disk_watch(program->disk, &watch);
    }
}

void world_on_disks(bool on)
{
    the.on_disks = on;
}

struct disk *world_disk(const char *id)
{
    return program_of(id)->disk;
}

void world_lose_power(const char *id)
{
    disk_cut(world_disk(id));
    world_stop(id);
    disk_power(world_disk(id));
}

size_t world_revive(void)
{
    size_t n = 0;

    for (size_t i = 0; i < the.n_programs; i++) {
        struct loop *loop = loop_of(&the.programs[i]);
        if (loop == NULL || !sim_died(loop, NULL))
            continue;
        world_stop(the.programs[i].id);
        world_start(the.programs[i].id);
        n++;
    }
    return n;
}

static void ready_token(struct program *program)
{
    char path[NETWORK_PATH_BYTES];
    struct home home;

    network_home(&the.network, program->id, path);
    network_must(home_paths(path, program->is_broker ? ROLE_BROKER : ROLE_NODE, &home,
                         &the.err),
            "find a home", &the.err);
    network_must(home_read_token(&home, program->token, &the.err), "read a token",
            &the.err);
    program->gate = gate_new(home.socket, &the.err);
    network_must(program->gate != NULL, "reach a socket", &the.err);
}

const struct reply *world_try(const char *id, struct request *request)
{
    struct program *program = program_of(id);
    struct id key;
    static char key_text[ID_TEXT_BYTES];

    if (!world_is_up(id))
        return NULL;
    if (program->gate == NULL)
        ready_token(program);
    hash_random(&key, sizeof key);
    if (request->idempotency_key == NULL)
        ids_text(&key, key_text);
    /* The same question may go to another program next, with that one's token. */
    bool ours = request->token == NULL;
    if (ours)
        request->token = program->token;
    if (request->actor == NULL)
        request->actor = "test";
    if (request->idempotency_key == NULL)
        request->idempotency_key = key_text;
    if (request->lang == NULL)
        request->lang = "en";
    arena_reset(&the.arena, 0);
    the.err = (struct err){.code = CODE_OK};
    bool answered = gate_ask(program->gate, request, SETTLE_MS, &the.arena, &the.reply,
            &the.err);
    if (ours)
        request->token = NULL;
    return answered ? &the.reply : NULL;
}

void world_patient(void (*bring_back)(void))
{
    the.bring_back = bring_back;
}

const struct reply *world_ask(const char *id, struct request *request)
{
    const struct reply *reply = world_try(id, request);

    /* With the key of the first time: it has one effect, however often it is asked. */
    for (int i = 0; reply == NULL && the.bring_back != NULL && i < TRIES_MAX; i++) {
        the.bring_back();
        reply = world_try(id, request);
    }
    network_must(reply != NULL, id, &the.err);
    return reply;
}

const struct reply *world_must(const char *id, struct request *request,
        const char *code)
{
    const struct reply *reply = world_ask(id, request);

    if (strcmp(reply->code, code) != 0) {
        fprintf(stderr, "not ok - %s answered \"%s\" instead of \"%s\": %s\n", id,
                reply->code, code, reply->sentence);
        for (size_t i = 0; i < reply->n_issues; i++)
            fprintf(stderr, "   %s: %s\n", reply->issues[i].field,
                    reply->issues[i].words);
        abort();
    }
    return reply;
}

void world_publish(const char *id)
{
    size_t len = 0;
    uint8_t *bundle = network_bundle(&the.network, &len);
    const struct load_bundle load = {
            .bundle = {bundle, len}
    };
    struct request request = {.load_bundle = &load};

    (void)world_must(id, &request, "");
    free(bundle);
}

void world_admit(const char *id, uint16_t type)
{
    const struct network_partner partner = {id, type};
    struct program *program = &the.programs[the.n_programs];

    network_must(the.n_programs < PROGRAMS_MAX, "one more program", NULL);
    network_admit(&the.network, &partner, sim_now());
    *program = (struct program){.is_broker = false};
    snprintf(program->id, sizeof program->id, "%s", id);
    the.n_programs++;
    world_publish(NETWORK_BROKER);
    world_start(id);
    world_quiet();
}

void world_revoke(const char *partner, const char *id)
{
    network_revoke(&the.network, partner, sim_now());
    world_publish(id);
}

/* Whether both were able to say so. */
static bool agree(const char *hub, const char *other)
{
    static const uint16_t purposes[] = {PURPOSE_CARE_COORDINATION,
            PURPOSE_CONTACT_AND_VISIT, PURPOSE_CRISIS_HELP};
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
            DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK,
            DATA_CATEGORY_SERVICE_HISTORY};
    const struct partnership_change change = {.verb = PARTNERSHIP_VERB_PROPOSE,
            .partner = other,
            .purposes = purposes,
            .n_purposes = COUNT_OF(purposes),
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .own_secrecy_bound = true,
            .their_secrecy_bound = true,
            .own_reason = "decree",
            .their_reason = "decree"};
    const struct partnership_change yes = {.verb = PARTNERSHIP_VERB_AGREE,
            .partner = hub};
    struct request propose = {.partnership = &change}, accept = {.partnership = &yes};
    const struct reply *reply = world_try(hub, &propose);

    if (reply == NULL || reply->code[0] != '\0')
        return false;
    (void)sim_settle(SETTLE_MS);
    reply = world_try(other, &accept);
    return reply != NULL && reply->code[0] == '\0';
}

void world_agree(const char *hub, const char *other)
{
    network_must(agree(hub, other), "two partners agree", &the.err);
}

void world_try_agree(const char *hub, const char *other)
{
    (void)agree(hub, other);
}

const char *world_why(void)
{
    return the.err.msg;
}

bool world_died(void)
{
    for (size_t i = 0; i < the.n_programs; i++) {
        const struct loop *loop = loop_of(&the.programs[i]);
        if (loop != NULL && sim_died(loop, NULL))
            return true;
    }
    return false;
}

static void found(struct test_network *network, const struct network_partner *partners,
        size_t n_partners, const struct network_antenna *antenna)
{
    int64_t start_ms = (int64_t)WORLD_START_MS_DAY * TIME_DAY_MS + 9 * TIME_HOUR_MS;

    sim_begin(FOUNDING_SEED, start_ms);
    network_must(hash_start(&the.err), "start the cryptographic library", &the.err);
    network_found(network, "tcp://127.0.0.1:40000", partners, n_partners, antenna,
            start_ms);
    sim_end();
}

void world_found(struct test_network *network)
{
    static const struct network_partner partners[] = {
            {"thuiszorg", PARTNER_TYPE_HOMECARE      },
            {"aksant",    PARTNER_TYPE_LDC           },
            {"chambry",   PARTNER_TYPE_NEIGHBOURHOUSE},
            {"meldpunt",  PARTNER_TYPE_MELDPUNT      },
            {"noord",     PARTNER_TYPE_LDC           },
    };

    const struct network_antenna antenna = {"antenne", COUNT_OF(partners) - 1};

    found(network, partners, COUNT_OF(partners), &antenna);
}

void world_found_wide(struct test_network *network)
{
    static const struct network_partner partners[] = {
            {"thuiszorg",  PARTNER_TYPE_HOMECARE      },
            {"aksant",     PARTNER_TYPE_LDC           },
            {"chambry",    PARTNER_TYPE_NEIGHBOURHOUSE},
            {"meldpunt",   PARTNER_TYPE_MELDPUNT      },
            {"regie",      PARTNER_TYPE_REGISSEUR     },
            {"regie-west", PARTNER_TYPE_REGISSEUR     },
            {"noord",      PARTNER_TYPE_LDC           },
    };

    const struct network_antenna antenna = {"antenne", COUNT_OF(partners) - 1};

    found(network, partners, COUNT_OF(partners), &antenna);
}

void world_found_with(struct test_network *network,
        const struct network_partner *partners, size_t n_partners)
{
    found(network, partners, n_partners, NULL);
}

void world_found_supporting(struct test_network *network,
        const struct network_partner *partners, size_t n_partners,
        const struct network_antenna *antenna)
{
    found(network, partners, n_partners, antenna);
}

void world_begin(uint64_t seed, const struct test_network *network, const char *hub)
{
    int64_t start_ms = (int64_t)WORLD_START_MS_DAY * TIME_DAY_MS + 9 * TIME_HOUR_MS;

    sim_begin(seed, start_ms + (hub != NULL ? TIME_MINUTE_MS : TIME_HOUR_MS));
    the.n_programs = 0;
    the.arena = arena_new(ARENA_BYTES);
    network_copy(network, &the.network);
    struct program *broker = &the.programs[the.n_programs++];
    *broker = (struct program){.is_broker = true};
    snprintf(broker->id, sizeof broker->id, "%s", NETWORK_BROKER);
    for (size_t i = 0; i < network->n_partners; i++) {
        struct program *program = &the.programs[the.n_programs++];
        *program = (struct program){.is_broker = false};
        snprintf(program->id, sizeof program->id, "%s", network->partners[i].id);
    }
    if (the.on_disks)
        give_disks(seed);
    for (size_t i = 0; i < the.n_programs; i++)
        world_start(the.programs[i].id);
    sim_run_until(sim_now() + 10000);
    for (size_t i = 0; i < network->n_partners && hub != NULL; i++)
        if (strcmp(network->partners[i].id, hub) != 0)
            world_agree(hub, network->partners[i].id);
    network_must(sim_settle(SETTLE_MS), "the network becomes quiet", NULL);
}

void world_settle(struct test_network *network, const char *const *hubs, size_t n_hubs)
{
    bool on_disks = the.on_disks;

    the.on_disks = false;
    world_begin(SETTLING_SEED, network, hubs[0]);
    the.on_disks = on_disks;
    for (size_t hub = 1; hub < n_hubs; hub++)
        for (size_t i = 0; i < network->n_partners; i++) {
            bool known = false;
            for (size_t k = 0; k <= hub; k++)
                known = known || strcmp(hubs[k], network->partners[i].id) == 0;
            if (!known)
                world_agree(hubs[hub], network->partners[i].id);
        }
    network_must(sim_settle(SETTLE_MS), "the network becomes quiet", NULL);
    for (size_t i = 0; i < the.n_programs; i++)
        world_stop(the.programs[i].id);
    sim_end();
    arena_free(&the.arena);
    network_forget(network);
    *network = the.network;
}

void world_end(void)
{
    for (size_t i = 0; i < the.n_programs; i++) {
        world_stop(the.programs[i].id);
        disk_free(the.programs[i].disk);
    }
    sim_end();
    arena_free(&the.arena);
    network_forget(&the.network);
}

static struct test_network founded;

int world_setup(void **state)
{
    (void)state;
    world_found(&founded);
    return 0;
}

int world_teardown(void **state)
{
    (void)state;
    network_forget(&founded);
    return 0;
}

void world_fresh(uint64_t seed)
{
    world_begin(seed, &founded, "thuiszorg");
}

void world_remove_store(const char *id)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    char path[WORLD_PATH_BYTES], file[WORLD_PATH_BYTES + 16];

    world_db(id, path);
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        snprintf(file, sizeof file, "%s%s", path, endings[i]);
        (void)unlink(file);
    }
}

/* ------------------------------------------------------------ the usual requests */

uint64_t world_consent(const char *id, const struct world_consent *consent)
{
    static const uint16_t data[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
            DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS,
            DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK,
            DATA_CATEGORY_SERVICE_HISTORY};
    static const uint16_t preview[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_AGE_BAND,
            DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS, DATA_CATEGORY_STRENGTHS};
    uint16_t purpose =
            consent->purpose != 0 ? consent->purpose : PURPOSE_CARE_COORDINATION;
    bool agreed = consent->legal_basis == 0 ||
                  consent->legal_basis == LEGAL_BASIS_CONSENT ||
                  consent->legal_basis == LEGAL_BASIS_CONSENT_EXPLICIT;
    struct consent_give give = {.person = consent->person != NULL ? consent->person
                                                                  : "Mevrouw Voorbeeld",
            .how = agreed ? CONSENT_HOW_IN_PERSON : CONSENT_HOW_NO_CONSENT,
            .secrecy_basis = agreed ? 0 : SECRECY_BASIS_DUTY_TO_REPORT,
            .recipients = consent->recipients,
            .purposes = &purpose,
            .n_purposes = 1,
            .data_categories = data,
            .n_data_categories = COUNT_OF(data),
            .preview_categories = preview,
            .n_preview_categories = COUNT_OF(preview),
            .level_max = consent->level_max != 0 ? consent->level_max : LEVEL_S1,
            .until_day = consent->until_day,
            .onward_depth = consent->onward,
            .legal_basis = consent->legal_basis != 0 ? consent->legal_basis
                                                     : LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};

    while (give.n_recipients < COUNT_OF(consent->recipients) &&
            consent->recipients[give.n_recipients] != NULL)
        give.n_recipients++;
    struct request request = {.consent_give = &give};
    return world_must(id, &request, "")->made->consent_number;
}

const struct reply *world_refer_as(const char *id, const struct world_referral *wish)
{
    static const uint16_t needs[] = {NEED_CATEGORY_LONELINESS_ISOLATION};
    const struct person person = {.name = wish->secret,
            .address = "Voorbeeldstraat 12",
            .phone = "02 000 00 00",
            .language = "nl",
            .household = HOUSEHOLD_ALONE,
            .age_band = AGE_BAND_80_89};
    const struct referral usual = {.person = &person,
            .strengths = "tells stories",
            .needs = needs,
            .n_needs = 1,
            .reason = "lives alone",
            .reason_language = "en",
            .handover_mode = HANDOVER_MODE_WARM_VISIT};
    bool list = wish->candidates != NULL;
    const struct refer refer = {.consent_number = wish->consent,
            .candidates = list ? wish->candidates : &wish->candidate,
            .n_candidates = list ? wish->n_candidates : 1,
            .mode = list || wish->mode != MODE_NONE ? wish->mode : MODE_DIRECT,
            .purpose = wish->purpose != 0 ? wish->purpose : PURPOSE_CARE_COORDINATION,
            .urgency = wish->urgency != 0 ? wish->urgency : URGENCY_ROUTINE,
            .area = "21004",
            .referral = wish->content != NULL ? wish->content : &usual,
            .reopens_case = wish->reopens,
            .same_person = wish->same_person};
    struct request request = {.refer = &refer, .lang = wish->lang};

    return world_ask(id, &request);
}

const struct reply *world_refer(const char *id, uint64_t consent, const char *candidate,
        const char *secret)
{
    const struct world_referral wish = {.consent = consent,
            .candidate = candidate,
            .secret = secret};

    return world_refer_as(id, &wish);
}

const struct reply *world_act(const char *id, uint64_t case_number,
        enum offer_event event)
{
    static const struct need_outcome outcome =
            {.need = NEED_CATEGORY_LONELINESS_ISOLATION,
                    .outcome = OUTCOME_NETWORK_STRENGTHENED};
    static const uint16_t questions[] = {1};
    struct event_content said = {.note = ""};
    struct info info = {.text = "about the hours"};
    struct act act = {.case_number = case_number, .event = event, .said = &said};

    switch ((int)event) {
    case OFFER_EVENT_DECLINE:
        said.decline_reason = DECLINE_REASON_VOLUNTEERS_AT_LIMIT;
        break;
    case OFFER_EVENT_CANCEL: said.cancel_reason = CANCEL_REASON_NO_LONGER_NEEDED; break;
    case OFFER_EVENT_HOLD:
        said.hold_reason = 1;
        said.due_ms = (uint64_t)sim_now() + (uint64_t)20 * TIME_DAY_MS;
        break;
    case OFFER_EVENT_WAITLIST:
        said.due_ms = (uint64_t)sim_now() + (uint64_t)20 * TIME_DAY_MS;
        break;
    case OFFER_EVENT_FAIL: said.fail_reason = 1; break;
    case OFFER_EVENT_IN_ERROR:
        said.in_error_reason = IN_ERROR_REASON_WRONG_PERSON;
        break;
    case OFFER_EVENT_PROGRESS: said.progress_step = 1; break;
    case OFFER_EVENT_START: said.visit_result = VISIT_RESULT_MET; break;
    case OFFER_EVENT_OUTCOME:
        said.outcomes = &outcome;
        said.n_outcomes = 1;
        break;
    case OFFER_EVENT_CONFIRM: said.close_reason = CLOSE_REASON_MET; break;
    case OFFER_EVENT_INFO_REQUEST:
        info.questions = questions;
        info.n_questions = 1;
        act.info = &info;
        break;
    case OFFER_EVENT_INFO_REPLY: act.info = &info; break;
    default: break;
    }
    struct request request = {.act = &act};
    return world_ask(id, &request);
}

void world_do(const char *id, uint64_t case_number, enum offer_event event)
{
    const struct reply *reply = world_act(id, case_number, event);

    if (reply->code[0] != '\0') {
        fprintf(stderr, "not ok - %s: %s gives %s: %s\n", id, offer_event_name(event),
                reply->code, reply->sentence);
        abort();
    }
    world_quiet();
}

void world_visit(const char *id, uint64_t case_number, const struct visit *visit)
{
    const struct change_visit ask = {.case_number = case_number,
            .step = VISIT_STEP_REPORT,
            .agreed = true,
            .visit = visit};
    struct request request = {.visit = &ask};
    world_must(id, &request, "");
    world_quiet();
}

void world_withdraw(const char *id, uint64_t consent)
{
    const struct consent_withdraw withdraw = {.number = consent,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &withdraw};

    world_must(id, &request, "");
}

void world_quiet(void)
{
    network_must(sim_settle(SETTLE_MS), "the network becomes quiet", NULL);
}

void world_pass(int64_t ms)
{
    sim_run_until(sim_now() + ms);
}

uint64_t world_newest(const char *id, enum case_box box)
{
    const struct list_cases list = {.box = box, .limit = 200};
    struct request request = {.inbox = &list};
    const struct reply *reply = world_must(id, &request, "");
    uint64_t newest = 0;

    for (size_t i = 0; i < reply->cases->n_cases; i++)
        if (reply->cases->cases[i].number > newest)
            newest = reply->cases->cases[i].number;
    return newest;
}

const struct case_detail *world_show(const char *id, uint64_t case_number)
{
    const struct show_case show = {.number = case_number};
    struct request request = {.show = &show};

    return world_must(id, &request, "")->case_;
}

enum offer_state world_state(const char *id, uint64_t case_number)
{
    return world_show(id, case_number)->line->state;
}

const struct status *world_status(const char *id)
{
    const struct get_status get = {.quiet = false};
    struct request request = {.status = &get};

    return world_must(id, &request, "")->status;
}
