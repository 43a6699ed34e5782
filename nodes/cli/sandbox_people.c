/* sandbox_people.c - partnerships of a sandbox, people who do not exist and what they
 * allowed, and a question to a node as its staff. */
#include <stdio.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/ids.h"
#include "nodes/cli/sandbox.h"

enum { ASK_MS = 5000, LOOK_MS = 50 };

static const char ACTOR[] = "sandbox";

/* --- asking --- */

bool sandbox_ask(struct sandbox *box, enum sandbox_who who,
        const struct request *request, struct reply *reply, struct err *err)
{
    char key[ID_TEXT_BYTES];
    struct request asking = *request;
    struct id id;
    hash_random(&id, sizeof id);
    ids_text(&id, key);
    asking.token = box->tokens[who];
    asking.actor = ACTOR;
    asking.lang = lang_tag(box->cli->lang);
    asking.idempotency_key = key;
    return gate_ask(box->gates[who], &asking, ASK_MS, &box->cli->arena, reply, err);
}

/* The same of what cannot be refused. */
static bool must(struct sandbox *box, enum sandbox_who who,
        const struct request *request, struct reply *reply, struct err *err)
{
    if (!sandbox_ask(box, who, request, reply, err))
        return false;
    if (reply->code[0] == '\0')
        return true;
    return err_set(err, ERR_INTERNAL, "%s refuses: %s %.150s", SANDBOX_PARTNERS[who].id,
            reply->code,
            reply->n_issues > 0 ? reply->issues[0].field : reply->sentence);
}

/* --- until the nodes are there --- */

static bool open_gate(struct sandbox *box, enum sandbox_who who, struct err *err)
{
    char path[SANDBOX_PATH_BYTES];
    struct home home;
    sandbox_path(box, SANDBOX_PARTNERS[who].id, path);
    if (!home_paths(path, ROLE_NODE, &home, err) ||
            !home_read_token(&home, box->tokens[who], err))
        return false;
    for (int64_t waited = 0; access(home.socket, F_OK) != 0; waited += LOOK_MS) {
        if (waited >= SANDBOX_WAIT_MS)
            return err_set(err, ERR_AWAY, "%s does not answer", path);
        if (!sandbox_pause(box, LOOK_MS, err))
            return false;
    }
    box->gates[who] = gate_new(home.socket, err);
    return box->gates[who] != NULL;
}

static bool knows_all(struct sandbox *box, enum sandbox_who who)
{
    const struct list_directory list = {.partner = ""};
    struct request request = {.directory = &list};
    struct reply reply;
    struct err away;
    size_t n_ready = 0;
    if (!sandbox_ask(box, who, &request, &reply, &away) || reply.directory == NULL)
        return false;
    for (size_t i = 0; i < reply.directory->n_entries; i++)
        n_ready += reply.directory->entries[i].has_key ? 1 : 0;
    return n_ready >= N_SANDBOX_NODES - 1;
}

static bool is_connected(struct sandbox *box, enum sandbox_who who)
{
    const struct get_status get = {.quiet = true};
    struct request request = {.status = &get};
    struct reply reply;
    struct err away;
    return sandbox_ask(box, who, &request, &reply, &away) && reply.status != NULL &&
           reply.status->connected && knows_all(box, who);
}

static bool partnership_is(struct sandbox *box, enum sandbox_who who,
        enum sandbox_who other, const char *state)
{
    const struct list_directory list = {.partner = SANDBOX_PARTNERS[other].id};
    struct request request = {.directory = &list};
    struct reply reply;
    struct err away;
    return sandbox_ask(box, who, &request, &reply, &away) && reply.directory != NULL &&
           reply.directory->n_entries == 1 &&
           strcmp(reply.directory->entries[0].partnership, state) == 0;
}

/* What is waited for: connected, or a partnership in a state. */
struct awaited {
    enum sandbox_who who, other;
    const char *state; /* NULL: connected */
};

static bool wait_for(struct sandbox *box, struct awaited awaited, struct err *err)
{
    for (int64_t waited = 0; waited < SANDBOX_WAIT_MS; waited += LOOK_MS) {
        arena_reset(&box->cli->arena, 0);
        if (awaited.state == NULL ? is_connected(box, awaited.who)
                                  : partnership_is(box, awaited.who, awaited.other,
                                            awaited.state))
            return true;
        if (!sandbox_pause(box, LOOK_MS, err))
            return false;
    }
    return err_set(err, ERR_AWAY, "%s waits for its network",
            SANDBOX_PARTNERS[awaited.who].id);
}

/* --- what partners agreed --- */

static const uint16_t CATEGORIES[] = {DATA_CATEGORY_CONTACT, DATA_CATEGORY_AREA,
        DATA_CATEGORY_AGE_BAND, DATA_CATEGORY_BIRTH_DATE, DATA_CATEGORY_LANGUAGE,
        DATA_CATEGORY_HOUSEHOLD, DATA_CATEGORY_NETWORK, DATA_CATEGORY_NEEDS,
        DATA_CATEGORY_STRENGTHS, DATA_CATEGORY_HOUSING, DATA_CATEGORY_FINANCE,
        DATA_CATEGORY_FUNCTION, DATA_CATEGORY_SERVICE_HISTORY};
static const uint16_t PREVIEW[] = {DATA_CATEGORY_AREA, DATA_CATEGORY_AGE_BAND,
        DATA_CATEGORY_LANGUAGE, DATA_CATEGORY_NEEDS, DATA_CATEGORY_STRENGTHS};
static const uint16_t AGREED[] = {PURPOSE_CARE_COORDINATION, PURPOSE_CONTACT_AND_VISIT,
        PURPOSE_CRISIS_HELP, PURPOSE_FEEDBACK_TO_REFERRER};
static const uint16_t ALLOWED[] = {PURPOSE_CARE_COORDINATION,
        PURPOSE_CONTACT_AND_VISIT};

static bool agree(struct sandbox *box, enum sandbox_who other, struct err *err)
{
    static const char SECRECY[] = "an example: staff bound by professional secrecy";
    const struct partnership_change propose = {.verb = PARTNERSHIP_VERB_PROPOSE,
            .partner = SANDBOX_PARTNERS[other].id,
            .purposes = AGREED,
            .n_purposes = COUNT_OF(AGREED),
            .data_categories = CATEGORIES,
            .n_data_categories = COUNT_OF(CATEGORIES),
            .own_secrecy_bound = true,
            .their_secrecy_bound = true,
            .own_reason = SECRECY,
            .their_reason = SECRECY};
    const struct partnership_change agreed = {.verb = PARTNERSHIP_VERB_AGREE,
            .partner = SANDBOX_PARTNERS[SANDBOX_OWN].id};
    struct request first = {.partnership = &propose}, second = {.partnership = &agreed};
    struct reply reply;
    return must(box, SANDBOX_OWN, &first, &reply, err) &&
           wait_for(box, (struct awaited){other, SANDBOX_OWN, "to_agree"}, err) &&
           must(box, other, &second, &reply, err) &&
           wait_for(box, (struct awaited){SANDBOX_OWN, other, "active"}, err) &&
           wait_for(box, (struct awaited){other, SANDBOX_OWN, "active"}, err);
}

/* --- what people allowed --- */

/* Nobody of them exists. Their consents have the numbers 1, 2, 3 in this order. */
static const struct person_known {
    const char *name;
    size_t n_recipients; /* the first of RECIPIENTS */
    bool withdrawn;
} PEOPLE[] = {
        {"Rosa Voorbeeld", 2, false},
        {"Jan Proef",      1, false},
        {"Mia Voorbeeld",  2, true },
};
static const char *const RECIPIENTS[] = {"ldc-proef", "meldpunt-proef"};

static bool give(struct sandbox *box, enum sandbox_who who, const char *person,
        const char *const *recipients, size_t n_recipients, uint64_t *number,
        struct err *err)
{
    const struct consent_give give = {.person = person,
            .how = CONSENT_HOW_IN_PERSON,
            .recipients = recipients,
            .n_recipients = n_recipients,
            .purposes = ALLOWED,
            .n_purposes = COUNT_OF(ALLOWED),
            .data_categories = CATEGORIES,
            .n_data_categories = COUNT_OF(CATEGORIES),
            .preview_categories = PREVIEW,
            .n_preview_categories = COUNT_OF(PREVIEW),
            .level_max = LEVEL_S2,
            .legal_basis = LEGAL_BASIS_CONSENT_EXPLICIT,
            .language = "nl"};
    struct request request = {.consent_give = &give};
    struct reply reply;
    if (!must(box, who, &request, &reply, err) || reply.made == NULL)
        return false;
    *number = reply.made->consent_number;
    return true;
}

static bool withdraw(struct sandbox *box, uint64_t number, struct err *err)
{
    const struct consent_withdraw wish = {.number = number,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
    struct request request = {.consent_withdraw = &wish};
    struct reply reply;
    return must(box, SANDBOX_OWN, &request, &reply, err);
}

static bool record_people(struct sandbox *box, struct err *err)
{
    uint64_t number = 0;
    for (size_t i = 0; i < COUNT_OF(PEOPLE); i++)
        if (!give(box, SANDBOX_OWN, PEOPLE[i].name, RECIPIENTS, PEOPLE[i].n_recipients,
                    &number, err) ||
                (PEOPLE[i].withdrawn && !withdraw(box, number, err)))
            return false;
    return true;
}

/* A token for the software that is tried: it may everything. */
static bool make_token(struct sandbox *box, struct err *err)
{
    enum scope scopes[SCOPE_ADMIN];
    struct reply reply;
    for (size_t i = 0; i < COUNT_OF(scopes); i++)
        scopes[i] = (enum scope)(i + 1);
    const struct change_token change = {.name = "sandbox",
            .scopes = scopes,
            .n_scopes = COUNT_OF(scopes)};
    struct request request = {.token_change = &change};
    if (!must(box, SANDBOX_OWN, &request, &reply, err) || reply.made == NULL)
        return false;
    snprintf(box->app_token, sizeof box->app_token, "%.64s", reply.made->text);
    return true;
}

bool sandbox_furnish(struct sandbox *box, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < N_SANDBOX_NODES; i++)
        ok = open_gate(box, (enum sandbox_who)i, err) &&
             wait_for(box, (struct awaited){(enum sandbox_who)i, SANDBOX_OWN, NULL},
                     err);
    if (box->is_new)
        ok = ok && agree(box, SANDBOX_CENTRE, err) && agree(box, SANDBOX_POINT, err) &&
             record_people(box, err);
    return ok && make_token(box, err);
}

/* --- somebody for who tries --- */

void sandbox_refer_someone(struct sandbox *box)
{
    static const uint16_t needs[] = {NEED_CATEGORY_SOCIAL_CONTACT_VISIT,
            NEED_CATEGORY_SHOPPING_ERRANDS};
    const char *const candidate = SANDBOX_PARTNERS[SANDBOX_OWN].id;
    static const char name[] = "Piet Proefpersoon";
    const struct person person = {.name = name,
            .address = "Proefstraat 7, 1000 Brussel",
            .phone = "02 000 00 00",
            .language = "nl",
            .household = HOUSEHOLD_ALONE,
            .age_band = AGE_BAND_80_89};
    const struct referral referral = {.person = &person,
            .strengths = "Kaart graag, en kan goed luisteren",
            .own_goal = "Opnieuw zelf naar de markt",
            .needs = needs,
            .n_needs = COUNT_OF(needs),
            .reason = "Komt sinds een val niet meer buiten",
            .reason_language = "nl",
            .handover_mode = HANDOVER_MODE_WARM_VISIT};
    struct refer refer = {.candidates = &candidate,
            .n_candidates = 1,
            .mode = MODE_DIRECT,
            .purpose = PURPOSE_CARE_COORDINATION,
            .urgency = URGENCY_ROUTINE,
            .area = SANDBOX_AREA,
            .referral = &referral};
    struct request request = {.refer = &refer};
    struct reply reply;
    struct err err = {0};
    /* What goes wrong now is tried again in the next round. */
    if (give(box, SANDBOX_CENTRE, name, &candidate, 1, &refer.consent_number, &err))
        (void)!sandbox_ask(box, SANDBOX_CENTRE, &request, &reply, &err);
}
