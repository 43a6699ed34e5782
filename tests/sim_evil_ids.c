/* sim_evil_ids.c - a member that knows the ids of what is between others: it learns
 * nothing by them, and takes nobody's place. */
#include "core/time.h"
#include "core/wire.h"
#include "tests/hostile.h"
#include "tests/peek.h"

static const char NEWEST_CONSENT[] =
        "SELECT consent_id FROM consent ORDER BY no DESC LIMIT 1";

/* ------------------------------------------------------------ what became of it */

static void use_id(struct forged *forged, struct id id)
{
    forged->with_capsule = false;
    forged->preview.consent_id = forged->content.consent_id = id;
}

static const char *names(struct stage *stage, struct id consent_id)
{
    struct forged forged;

    forge_referral(stage->evil, HOME, &forged);
    use_id(&forged, consent_id);
    return forge_put(stage->evil, &forged);
}

/* HOME refers under a consent of its own, and the case is accepted or not. */
static uint64_t consent_of_home(bool refers)
{
    static const struct world_consent wish = {.recipients = {TARGET}};
    uint64_t consent = world_consent(HOME, &wish);

    if (refers) {
        const struct reply *reply = world_refer(HOME, consent, TARGET, "Lea Voorbeeld");
        network_must(strcmp(reply->code, "") == 0, "refer", NULL);
        (void)sim_settle(EVIL_WAIT_MS);
    }
    return consent;
}

/* The same as of one that lives. */
static const char *names_what_was_withdrawn(struct stage *stage)
{
    uint64_t consent = consent_of_home(true);
    struct id id = hostile_id(NEWEST_CONSENT);

    network_must(strcmp(names(stage, id), "E_CONSENT_RECIPIENT") == 0, "a no", NULL);
    world_withdraw(HOME, consent);
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    return names(stage, id);
}

/* Nor in what is said apart from an offer. */
static const char *signals_under_what_was_withdrawn(struct stage *stage)
{
    uint64_t consent = consent_of_home(true);
    struct forged forged;

    forge_referral(stage->evil, HOME, &forged);
    use_id(&forged, hostile_id(NEWEST_CONSENT));
    world_withdraw(HOME, consent);
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    struct letter_core core = forged.content;
    core.type = LETTER_TYPE_SIGNAL;
    core.offer_id = (struct id){{0}};
    return forge_put_step(stage->evil, &core);
}

/* It holds the real capsule, and shows it apart from a letter. */
static const char *publishes_what_was_withdrawn(struct stage *stage)
{
    uint64_t consent = consent_of_home(true);

    world_withdraw(HOME, consent);
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    struct span capsule =
            hostile_bytes("SELECT bytes FROM consent ORDER BY no DESC LIMIT 1");
    return evil_publish(stage->evil, &capsule, 1);
}

static struct letter_core newest_offer(void)
{
    return (struct letter_core){
            .offer_id =
                    hostile_id("SELECT offer_id FROM offer ORDER BY no DESC LIMIT 1"),
            .referral_id = hostile_id("SELECT referral_id FROM referral ORDER BY no"
                                      " DESC LIMIT 1"),
            .consent_id = hostile_id(NEWEST_CONSENT),
    };
}

static void to_no_key(struct letter_core *core)
{
    core->recipient_ekid.b[0] ^= 1;
}

/* It cancels what others do, under a key that there is not: whether anybody took it
 * makes no difference. */
static const char *cancels(struct stage *stage, uint64_t version)
{
    struct letter_core offer = newest_offer();
    struct letter_core core =
            forge_step(&offer, HOME, LETTER_TYPE_EVENT, OFFER_EVENT_CANCEL, version);

    stage->evil->late = to_no_key;
    const char *code = forge_put_step(stage->evil, &core);
    stage->evil->late = NULL;
    return code;
}

static const char *cancels_what_nobody_took(struct stage *stage)
{
    (void)consent_of_home(true);
    network_must(strcmp(cancels(stage, 1), "E_KEY") == 0, "a no", NULL);
    uint64_t number =
            (uint64_t)peek_number(peek_of(TARGET), "SELECT max(number) FROM case_file");
    world_do(TARGET, number, OFFER_EVENT_DECLINE);
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    return cancels(stage, 2);
}

/* ------------------------------------------------------------ who else has it */

/* It has got hold of the signed word by which HOME took a consent back. */
static const char *brings_the_word_of_another(struct stage *stage)
{
    uint64_t consent = consent_of_home(true);

    world_withdraw(HOME, consent);
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    const char *code = evil_withdraw(stage->evil,
            hostile_bytes("SELECT withdrawal FROM consent ORDER BY no DESC LIMIT 1"));
    network_must(stage->evil->answer.n_handed_over == 0, "who else has it", NULL);
    return code;
}

/* It was shown a preview as another was, and says in its own name once more what HOME
 * has said: it hears what it was handed itself. */
static const char *withdraws_after_another(struct stage *stage)
{
    static const struct world_consent wish = {
            .recipients = {TARGET, EVIL}
    };
    uint64_t consent = world_consent(HOME, &wish);
    struct forged forged;

    network_must(strcmp(world_refer(HOME, consent, TARGET, "Lea Voorbeeld")->code,
                         "") == 0 &&
                         strcmp(world_refer(HOME, consent, EVIL, "Lea Voorbeeld")->code,
                                 "") == 0,
            "refer", NULL);
    (void)sim_settle(EVIL_WAIT_MS);
    evil_take_mail(stage->evil);
    world_withdraw(HOME, consent);
    (void)sim_settle(EVIL_WAIT_MS);
    evil_take_mail(stage->evil);
    hostile_mark();
    forge_referral(stage->evil, HOME, &forged);
    forged.capsule.consent_id = hostile_id(NEWEST_CONSENT);
    const char *code = forge_withdraw(stage->evil, &forged);
    network_must(stage->evil->answer.n_handed_over == 1 &&
                         strcmp(stage->evil->answer.handed_over[0].partner, EVIL) == 0,
            "who else has it", NULL);
    return code;
}

/* That it has erased what TARGET was sent, while the broker knows the letter. */
static const char *erases_what_another_was_sent(struct stage *stage)
{
    struct receipt body = {.v = 1,
            .msg_id = hostile_id("SELECT msg_id FROM letter WHERE state = 6 LIMIT 1"),
            .sender = HOME,
            .recipient = EVIL,
            .state = RECEIPT_STATE_ERASED,
            .at_ms = (uint64_t)sim_now(),
            .code = ""};
    struct span hash =
            hostile_bytes("SELECT core_hash FROM letter WHERE state = 6 LIMIT 1");

    memcpy(&body.core_hash, hash.at, sizeof body.core_hash);
    const struct span receipt =
            evil_sign(stage->evil, KIND_RECEIPT, &WIRE_RECEIPT, &body);
    const struct ack ack = {.receipts = &receipt, .n_receipts = 1};
    evil_say(stage->evil, &(struct frame){.v = 1, .ack = &ack});
    return hostile_silence(stage);
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"a consent that was taken back",    "names a consent of others that has ended",              "E_CONSENT_RECIPIENT", ANY_HARM, names_what_was_withdrawn, NULL, NULL},
    {"a signal under it",                "signals under a consent of others that has ended",      "E_CONSENT_RECIPIENT", ANY_HARM, signals_under_what_was_withdrawn, NULL, NULL},
    {"its capsule, in public",           "publishes the capsule of what was taken back",          "",                    ANY_HARM, publishes_what_was_withdrawn, NULL, NULL},
    {"erased in another's place",        "says that it has erased what TARGET was sent",          SILENCE,               ANY_HARM, erases_what_another_was_sent, NULL, NULL},
    {"an offer that nobody took",        "cancels it under a key that there is not",               "E_KEY",               ANY_HARM, cancels_what_nobody_took, NULL, NULL},
    {"the word of another",              "brings the withdrawal that HOME has signed",            "",                    ANY_HARM, brings_the_word_of_another, NULL, NULL},
    {"a word after another's",           "takes back what HOME has taken back",                   "",                    ANY_HARM, withdraws_after_another, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("ids of others", false, ROWS, COUNT_OF(ROWS));
}
