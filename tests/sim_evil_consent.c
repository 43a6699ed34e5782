/* sim_evil_consent.c - a member that forges consents, uses those of others, or takes
 * back what is not its to take back. */
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/hostile.h"

/* ------------------------------------------------------------ capsules of its own */

static void collector_another(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.collector = HOME;
}

static void no_senders(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.n_senders = 0;
}

static void other_sender(struct stage *stage, struct forged *forged)
{
    static const char *const senders[] = {ACCOMPLICE};

    (void)stage;
    forged->capsule.senders = senders;
}

static void no_recipients(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.n_recipients = 0;
}

static void other_recipient(struct stage *stage, struct forged *forged)
{
    static const char *const recipients[] = {TARGET};

    (void)stage;
    forged->capsule.recipients = recipients;
}

static void types_without_area(struct stage *stage, struct forged *forged)
{
    static const uint16_t types[] = {PARTNER_TYPE_HOMECARE};

    (void)stage;
    forged->capsule.recipient_types = types;
    forged->capsule.n_recipient_types = 1;
    forged->capsule.n_recipients = 0;
}

static void types_of_another_area(struct stage *stage, struct forged *forged)
{
    types_without_area(stage, forged);
    forged->capsule.area = "71016";
}

static void types_of_others(struct stage *stage, struct forged *forged)
{
    static const uint16_t types[] = {PARTNER_TYPE_MELDPUNT};

    types_of_another_area(stage, forged);
    forged->capsule.area = "21004";
    forged->capsule.recipient_types = types;
}

static void no_purposes(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.n_purposes = 0;
}

static void no_data(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.n_data_categories = 0;
}

static void telling_preview(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.preview_categories = forged->capsule.data_categories;
    forged->capsule.n_preview_categories = forged->capsule.n_data_categories;
}

static void no_level(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.level_max = LEVEL_NONE;
}

static void thirteen_months(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.until_day = forged->capsule.from_day + 400;
}

static void backwards(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.until_day = forged->capsule.from_day - 1;
}

static void not_yet(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.from_day++;
}

static void no_more(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.from_day -= 10;
    forged->capsule.until_day = forged->capsule.from_day + 9;
}

static void four_times_on(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.onward_depth = 4;
}

static void no_basis(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.legal_basis = 0;
}

static void weak_basis(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.legal_basis = LEGAL_BASIS_PUBLIC_INTEREST;
}

static void vital_basis(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.legal_basis = LEGAL_BASIS_VITAL_INTEREST;
}

static void no_capsule(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->with_capsule = false;
}

static void capsule_of_others(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->preview.consent_id.b[1] ^= 1;
    forged->content.consent_id = forged->preview.consent_id;
}

/* ------------------------------------------------------------ consents of others */

/* A consent of HOME that TARGET was given a case under. */
static const char LIVE[] =
        "SELECT consent_id FROM consent WHERE withdrawn = 0 ORDER BY no LIMIT 1";
static const char LIVE_BYTES[] =
        "SELECT bytes FROM consent WHERE withdrawn = 0 ORDER BY no LIMIT 1";

static void use_id(struct forged *forged, struct id id)
{
    forged->preview.consent_id = forged->content.consent_id = id;
}

/* It knows the id, and brings nothing else. */
static void id_of_another(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->with_capsule = false;
    use_id(forged, hostile_id(LIVE));
}

/* It shows the real capsule with it. */
static const char *shows_capsule_of_another(struct stage *stage)
{
    struct span capsule = hostile_bytes(LIVE_BYTES);
    struct forged forged;

    forge_referral(stage->evil, HOME, &forged);
    use_id(&forged, hostile_id(LIVE));
    const struct span letters[] = {forge_preview(stage->evil, &forged),
            forge_content(stage->evil, &forged)};
    (void)evil_put(stage->evil, &capsule, 1, letters, COUNT_OF(letters), MODE_DIRECT);
    return evil_code(stage->evil);
}

/* A capsule of its own under the id of HOME's. */
static void id_stolen(struct stage *stage, struct forged *forged)
{
    (void)stage;
    forged->capsule.consent_id = hostile_id(LIVE);
    use_id(forged, forged->capsule.consent_id);
}

static const char *id_stolen_in_public(struct stage *stage)
{
    struct forged forged;

    forge_referral(stage->evil, HOME, &forged);
    id_stolen(stage, &forged);
    forge_sign(stage->evil, &forged);
    return evil_publish(stage->evil, &forged.signed_capsule, 1);
}

/* Two of its own under one id: neither counts from then on, and what waits under the
 * first is not handed over. */
static const char *two_under_one_id(struct stage *stage)
{
    struct forged forged, wider;

    sim_unplug(HOME, true);
    forge_referral(stage->evil, HOME, &forged);
    const char *first = forge_put(stage->evil, &forged);
    network_must(strcmp(first, "") == 0, "put", NULL);
    forge_referral(stage->evil, HOME, &wider);
    wider.capsule.consent_id = forged.capsule.consent_id;
    use_id(&wider, forged.capsule.consent_id);
    const char *code = forge_put(stage->evil, &wider);
    sim_unplug(HOME, false);
    world_pass(TIME_MINUTE_MS);
    return code;
}

/* ------------------------------------------------------------ withdrawals */

static struct withdrawal withdrawal_of(const char *by, struct id consent_id)
{
    return (struct withdrawal){.v = 1,
            .consent_id = consent_id,
            .at_ms = (uint64_t)sim_now(),
            .by = by,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};
}

static const char *withdraw(struct stage *stage, const char *by, struct id consent_id)
{
    const struct withdrawal body = withdrawal_of(by, consent_id);

    return evil_withdraw(stage->evil,
            evil_sign(stage->evil, KIND_WITHDRAWAL, &WIRE_WITHDRAWAL, &body));
}

static const char *withdraws_for_others(struct stage *stage)
{
    return withdraw(stage, EVIL, hostile_id(LIVE));
}

static const char *withdraws_as_another(struct stage *stage)
{
    return withdraw(stage, HOME, hostile_id(LIVE));
}

static const char *withdraws_as_antenna(struct stage *stage)
{
    return withdraw(stage, ANTENNA, hostile_id(LIVE));
}

/* The consent names it as a recipient, and it was never given anything under it. */
static const char *withdraws_as_candidate(struct stage *stage)
{
    static const struct world_consent wish = {
            .recipients = {TARGET, EVIL}
    };
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, TARGET, "Lea Voorbeeld");

    network_must(strcmp(reply->code, "") == 0, "refer", NULL);
    hostile_mark();
    return withdraw(stage, EVIL,
            hostile_id("SELECT consent_id FROM consent ORDER BY no DESC LIMIT 1"));
}

static const char *withdraws_twice(struct stage *stage)
{
    struct forged forged;

    forge_referral(stage->evil, HOME, &forged);
    network_must(strcmp(forge_put(stage->evil, &forged), "") == 0 &&
                         strcmp(forge_withdraw(stage->evil, &forged), "") == 0,
            "withdraw", NULL);
    hostile_mark();
    return forge_withdraw(stage->evil, &forged);
}

static const char *uses_what_it_withdrew(struct stage *stage)
{
    struct forged forged, again;

    forge_referral(stage->evil, HOME, &forged);
    network_must(strcmp(forge_put(stage->evil, &forged), "") == 0 &&
                         strcmp(forge_withdraw(stage->evil, &forged), "") == 0,
            "withdraw", NULL);
    hostile_mark();
    forge_referral(stage->evil, HOME, &again);
    again.capsule = forged.capsule;
    use_id(&again, forged.capsule.consent_id);
    const struct span letters[] = {forge_preview(stage->evil, &again),
            forge_content(stage->evil, &again)};
    (void)evil_put(stage->evil, &forged.signed_capsule, 1, letters, COUNT_OF(letters),
            MODE_DIRECT);
    return evil_code(stage->evil);
}

/* First it takes back what nobody has shown yet, and then it shows it. */
static const char *withdraws_before(struct stage *stage)
{
    struct forged forged;

    forge_referral(stage->evil, HOME, &forged);
    network_must(strcmp(forge_withdraw(stage->evil, &forged), "") == 0, "withdraw",
            NULL);
    hostile_mark();
    return forge_put(stage->evil, &forged);
}

/* ------------------------------------------------------------ handed on */

/* HOME refers to it; it sends the case on, which the consent does not allow. */
static const char *hands_on(struct stage *stage)
{
    static const struct world_consent wish = {
            .recipients = {EVIL, ACCOMPLICE}
    };
    uint64_t consent = world_consent(HOME, &wish);
    const struct reply *reply = world_refer(HOME, consent, EVIL, "Lea Voorbeeld");
    struct forged forged;

    network_must(strcmp(reply->code, "") == 0, "refer", NULL);
    evil_take_mail(stage->evil);
    network_must(stage->evil->n_mails > 0, "mail", NULL);
    hostile_mark();
    forge_referral(stage->evil, ACCOMPLICE, &forged);
    forged.with_capsule = false;
    use_id(&forged,
            hostile_id("SELECT consent_id FROM consent ORDER BY no DESC LIMIT 1"));
    return forge_put(stage->evil, &forged);
}

/* HOME refers to it, and it may hand the case on; whether it accepts it or not. */
static struct letter_core to_hand_on(struct stage *stage, bool accept)
{
    static const struct world_consent wish = {
            .recipients = {EVIL, ACCOMPLICE},
            .onward = 1
    };
    const struct reply *reply =
            world_refer(HOME, world_consent(HOME, &wish), EVIL, "Lea Voorbeeld");

    network_must(strcmp(reply->code, "") == 0, "refer", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
    const struct letter_core held = {
            .offer_id =
                    hostile_id("SELECT offer_id FROM offer ORDER BY no DESC LIMIT 1"),
            .referral_id = hostile_id("SELECT referral_id FROM referral ORDER BY no"
                                      " DESC LIMIT 1"),
            .consent_id = hostile_id("SELECT consent_id FROM consent ORDER BY no"
                                     " DESC LIMIT 1"),
    };
    struct letter_core step =
            forge_step(&held, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_ACCEPT, 1);
    network_must(!accept || strcmp(forge_put_step(stage->evil, &step), "") == 0,
            "accept", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
    evil_take_mail(stage->evil);
    return held;
}

/* To the accomplice, behind this step. */
static const char *hands_on_behind(struct stage *stage, const struct letter_core *held,
        struct span step)
{
    struct forged forged;

    forge_referral(stage->evil, ACCOMPLICE, &forged);
    use_id(&forged, held->consent_id);
    const struct span letters[] = {step, forge_preview(stage->evil, &forged),
            forge_content(stage->evil, &forged)};
    hostile_mark();
    (void)evil_put(stage->evil, NULL, 0, letters, COUNT_OF(letters), MODE_DIRECT);
    return evil_code(stage->evil);
}

static struct span step_of(struct stage *stage, const struct letter_core *held,
        enum offer_event event, uint64_t version)
{
    struct letter_core step = forge_step(held, HOME, LETTER_TYPE_EVENT, event, version);
    struct content said = {.event = &(struct event_content){.note = ""}};

    return evil_letter(stage->evil, &step, &said);
}

/* It may hand on what it has accepted, and puts another step in the place of the one
 * that tells whom it has it from. */
static const char *hands_on_unsaid(struct stage *stage)
{
    struct letter_core held = to_hand_on(stage, true);

    return hands_on_behind(stage, &held, step_of(stage, &held, OFFER_EVENT_START, 2));
}

/* It has not accepted it, and is told so of the step; then it puts that very step once
 * more, before letters of its own. */
static const char *hands_on_refused(struct stage *stage)
{
    struct letter_core held = to_hand_on(stage, false);
    struct span step = step_of(stage, &held, OFFER_EVENT_FORWARD, 1);

    (void)evil_put(stage->evil, NULL, 0, &step, 1, MODE_DIRECT);
    network_must(strcmp(evil_code(stage->evil), "E_TRANSITION") == 0, "a refusal",
            NULL);
    return hands_on_behind(stage, &held, step);
}

/* It has handed the case on to one, and takes that step for leave to tell others. */
static const char *hands_on_again(struct stage *stage)
{
    struct letter_core held = to_hand_on(stage, true);
    struct span step = step_of(stage, &held, OFFER_EVENT_FORWARD, 2);

    (void)evil_put(stage->evil, NULL, 0, &step, 1, MODE_DIRECT);
    network_must(strcmp(evil_code(stage->evil), "") == 0, "forward", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
    return hands_on_behind(stage, &held, step);
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"a consent that another collected",  "names HOME as the collector of its own capsule",      "E_AUTH",              ANY_HARM, NULL, collector_another, NULL},
    {"nobody may send",                   "shows a capsule without senders",                     "E_FIELD",             ANY_HARM, NULL, no_senders, NULL},
    {"another may send",                  "shows a capsule that names another sender",           "E_CONSENT_RECIPIENT", ANY_HARM, NULL, other_sender, NULL},
    {"nobody may receive",                "shows a capsule without recipients",                  "E_FIELD",             ANY_HARM, NULL, no_recipients, NULL},
    {"another may receive",               "shows a capsule that names another recipient",        "E_CONSENT_RECIPIENT", ANY_HARM, NULL, other_recipient, NULL},
    {"a kind of partner everywhere",      "names recipients by kind and no area",                "E_FIELD",             ANY_HARM, NULL, types_without_area, NULL},
    {"a kind of partner elsewhere",       "names recipients by kind in another area",            "E_CONSENT_AREA",      ANY_HARM, NULL, types_of_another_area, NULL},
    {"another kind of partner",           "names another kind of recipients",                    "E_CONSENT_RECIPIENT", ANY_HARM, NULL, types_of_others, NULL},
    {"a consent for nothing",             "shows a capsule without purposes",                    "E_FIELD",             ANY_HARM, NULL, no_purposes, NULL},
    {"a consent to no data",              "shows a capsule without data",                        "E_FIELD",             ANY_HARM, NULL, no_data, NULL},
    {"a preview may say the name",        "lets a preview hold what names the person",           "E_FIELD",             ANY_HARM, NULL, telling_preview, NULL},
    {"a consent without level",           "shows a capsule without a highest level",             "E_FIELD",             ANY_HARM, NULL, no_level, NULL},
    {"thirteen months",                   "shows a capsule for more than a year",                "E_TTL",               ANY_HARM, NULL, thirteen_months, NULL},
    {"an end before its beginning",       "shows a capsule that ends before it begins",          "E_TTL",               ANY_HARM, NULL, backwards, NULL},
    {"a consent from tomorrow on",        "uses a consent a day early",                          "E_CONSENT_EXPIRED",   ANY_HARM, NULL, not_yet, NULL},
    {"a consent until yesterday",         "uses a consent a day late",                           "E_CONSENT_EXPIRED",   ANY_HARM, NULL, no_more, NULL},
    {"handed on four times",              "allows itself to hand on beyond the limit",           "E_FIELD",             ANY_HARM, NULL, four_times_on, NULL},
    {"no legal basis",                    "shows a capsule on no basis",                         "E_CONSENT_BASIS",     ANY_HARM, NULL, no_basis, NULL},
    {"a basis that opens no way",         "refers on public interest",                           "E_CONSENT_BASIS",     ANY_HARM & ~ALLOWED, NULL, weak_basis, NULL},
    {"a life in danger",                  "refers on vital interest to who is no MELDPUNT",      "E_CONSENT_BASIS",     ANY_HARM & ~ALLOWED, NULL, vital_basis, NULL},
    {"no capsule",                        "puts letters without their capsule",                  "E_CONSENT_NONE",      ANY_HARM, NULL, no_capsule, NULL},
    {"another capsule",                   "puts letters with the capsule of something else",     "E_CONSENT_NONE",      ANY_HARM, NULL, capsule_of_others, NULL},
    {"the id of another's consent",       "names a consent of HOME in its own letters",          "E_CONSENT_RECIPIENT", ANY_HARM, NULL, id_of_another, NULL},
    {"the capsule of another",            "shows the real capsule of HOME with its own letters", "E_CONSENT_RECIPIENT", ANY_HARM, shows_capsule_of_another, NULL, NULL},
    {"a stolen id",                       "puts a capsule of its own under the id of HOME's",    "E_CONSENT_CONFLICT",  ANY_HARM, NULL, id_stolen, NULL},
    {"a stolen id, published",            "publishes a capsule under the id of HOME's",          "E_CONSENT_CONFLICT",  ANY_HARM, id_stolen_in_public, NULL, NULL},
    {"two consents under one id",         "shows two capsules of its own with one id",           "E_CONSENT_CONFLICT",  ANY_HARM & ~(TAKEN | MAILED | MOVED | ALLOWED), two_under_one_id, NULL, NULL},
    {"a withdrawal by nobody concerned",  "takes back a consent between two others",             "E_AUTH",              ANY_HARM, withdraws_for_others, NULL, NULL},
    {"a withdrawal as another",           "takes it back in the name of HOME",                   "E_AUTH",              ANY_HARM, withdraws_as_another, NULL, NULL},
    {"a withdrawal as an antenna",        "takes it back in the name of its antenna",            "E_AUTH",              ANY_HARM, withdraws_as_antenna, NULL, NULL},
    {"a withdrawal by a candidate",       "takes back what it was never given anything under",   "E_AUTH",              ANY_HARM, withdraws_as_candidate, NULL, NULL},
    {"a withdrawal once more",            "withdraws its own consent a second time",             "",                    ANY_HARM, withdraws_twice, NULL, NULL},
    {"after the withdrawal",              "refers under a consent that it has withdrawn",        "E_CONSENT_WITHDRAWN", ANY_HARM, uses_what_it_withdrew, NULL, NULL},
    {"a withdrawal before the consent",   "withdraws first, and shows the consent then",         "E_CONSENT_WITHDRAWN", ANY_HARM & ~ALLOWED, withdraws_before, NULL, NULL},
    {"handed on",                         "hands on a case that may not be handed on",           "E_CONSENT_RECIPIENT", ANY_HARM, hands_on, NULL, NULL},
    {"handed on unsaid",                  "hands on and does not say so to whom it has it from",   "E_FIELD",             ANY_HARM, hands_on_unsaid, NULL, NULL},
    {"handed on without an accept",       "hands on behind a step that was refused",             "E_CONSENT_RECIPIENT", ANY_HARM, hands_on_refused, NULL, NULL},
    {"handed on once more",               "hands on behind a step that was taken before",        "E_CONSENT_RECIPIENT", ANY_HARM & ~MAILED, hands_on_again, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("consents and withdrawals", false, ROWS, COUNT_OF(ROWS));
}
