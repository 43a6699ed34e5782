/* sim_evil_puts.c - a member that puts submissions which are none: too few letters, too
 * many, those of others, the same again, and bytes that nobody can read. */
#include "core/hash.h"
#include "core/time.h"
#include "core/wire.h"
#include "tests/hostile.h"

/* ------------------------------------------------------------ other submissions */

enum { ANSWERED_MAX = 11 /* statuses in an answer */ };

struct pair {
    struct forged forged;
    struct span letters[3];
};

static void make_pair(struct stage *stage, struct pair *pair)
{
    forge_referral(stage->evil, HOME, &pair->forged);
    forge_sign(stage->evil, &pair->forged);
    pair->letters[0] = forge_preview(stage->evil, &pair->forged);
    pair->letters[1] = forge_content(stage->evil, &pair->forged);
}

static const char *put_pair(struct stage *stage, const struct pair *pair,
        size_t n_letters, enum mode mode)
{
    (void)evil_put(stage->evil, &pair->forged.signed_capsule, 1, pair->letters,
            n_letters, mode);
    return evil_code(stage->evil);
}

static const char *preview_alone(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    return put_pair(stage, &pair, 1, MODE_DIRECT);
}

static const char *content_alone(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    pair.letters[0] = pair.letters[1];
    return put_pair(stage, &pair, 1, MODE_DIRECT);
}

static const char *two_previews(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    pair.forged.preview.msg_id.b[15] ^= 1;
    pair.letters[1] = forge_preview(stage->evil, &pair.forged);
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

static const char *three_letters(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    pair.forged.content.msg_id.b[15] ^= 1;
    pair.letters[2] = forge_content(stage->evil, &pair.forged);
    return put_pair(stage, &pair, 3, MODE_DIRECT);
}

static const char *nothing_at_all(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    return put_pair(stage, &pair, 0, MODE_DIRECT);
}

static const char *to_the_first(struct stage *stage)
{
    struct pair pair;

    forge_referral(stage->evil, HOME, &pair.forged);
    pair.forged.capsule.level_max = pair.forged.content.level = LEVEL_S2;
    forge_sign(stage->evil, &pair.forged);
    pair.letters[0] = forge_preview(stage->evil, &pair.forged);
    pair.letters[1] = forge_content(stage->evil, &pair.forged);
    return put_pair(stage, &pair, 2, MODE_FIRST_CLAIM);
}

/* Taken as something less delicate, and sealed again as what it is; in a submission
 * that says nothing of a race. */
static const char *to_the_first_later(struct stage *stage)
{
    struct pair pair;

    forge_referral(stage->evil, HOME, &pair.forged);
    pair.forged.capsule.level_max = LEVEL_S2;
    forge_sign(stage->evil, &pair.forged);
    pair.letters[0] = forge_preview(stage->evil, &pair.forged);
    pair.letters[1] = forge_content(stage->evil, &pair.forged);
    network_must(strcmp(put_pair(stage, &pair, 2, MODE_FIRST_CLAIM), "") == 0, "put",
            NULL);
    (void)sim_settle(EVIL_WAIT_MS);
    hostile_mark();
    pair.forged.content.msg_id.b[15] ^= 1;
    pair.forged.content.level = LEVEL_S2;
    pair.letters[0] = forge_content(stage->evil, &pair.forged);
    return put_pair(stage, &pair, 1, MODE_DIRECT);
}

static const char *to_no_order(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    return put_pair(stage, &pair, 2, MODE_NONE);
}

/* The envelope of one letter around what is sealed in another. */
static const char *sealed_of_another(struct stage *stage)
{
    struct evil *evil = stage->evil;
    struct letter one, two;
    struct pair pair;
    struct err err = {.code = CODE_OK};

    make_pair(stage, &pair);
    network_must(wire_get(&WIRE_LETTER, pair.letters[0], &evil->arena, &one, &err) &&
                         wire_get(&WIRE_LETTER, pair.letters[1], &evil->arena, &two,
                                 &err),
            "read letters", &err);
    one.sealed = two.sealed;
    pair.letters[0] = evil_pack(evil, &WIRE_LETTER, &one);
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

static const char *sealed_bit(struct stage *stage)
{
    struct evil *evil = stage->evil;
    struct pair pair;

    make_pair(stage, &pair);
    size_t last = pair.letters[1].len - 1;
    pair.letters[1] = evil_patch(evil, pair.letters[1], last,
            (uint8_t)(pair.letters[1].at[last] ^ 1));
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

static const char *letter_of_another(struct stage *stage)
{
    struct evil *other = hostile_other(stage);
    struct pair pair;

    forge_referral(other, HOME, &pair.forged);
    forge_sign(other, &pair.forged);
    pair.letters[0] = forge_preview(other, &pair.forged);
    pair.letters[1] = forge_content(other, &pair.forged);
    hostile_mark();
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

/* They say that EVIL wrote them, and another member vouches for it. */
static const char *letter_by_another(struct stage *stage)
{
    struct evil *other = hostile_other(stage);
    struct pair pair;

    forge_referral(stage->evil, HOME, &pair.forged);
    forge_sign(stage->evil, &pair.forged);
    pair.forged.preview.sender = pair.forged.content.sender = EVIL;
    pair.letters[0] = forge_preview(other, &pair.forged);
    pair.letters[1] = forge_content(other, &pair.forged);
    hostile_mark();
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

/* Refused to who shows them, they are taken from who wrote them. */
static const char *letter_given_back(struct stage *stage)
{
    struct evil *other = hostile_other(stage);
    struct pair pair;

    forge_referral(other, HOME, &pair.forged);
    forge_sign(other, &pair.forged);
    pair.letters[0] = forge_preview(other, &pair.forged);
    pair.letters[1] = forge_content(other, &pair.forged);
    const char *no = put_pair(stage, &pair, 2, MODE_DIRECT);
    network_must(strcmp(no, "E_AUTH") == 0, "a refusal", NULL);
    (void)evil_put(other, &pair.forged.signed_capsule, 1, pair.letters, 2, MODE_DIRECT);
    return evil_code(other);
}

/* What was taken once, and other words under the same number. */
static const char *used_number(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    network_must(strcmp(put_pair(stage, &pair, 2, MODE_DIRECT), "") == 0, "put", NULL);
    hostile_mark();
    pair.letters[0] = forge_preview(stage->evil, &pair.forged);
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

/* And the very same again has the same answer and no effect. */
static const char *same_again(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    network_must(strcmp(put_pair(stage, &pair, 2, MODE_DIRECT), "") == 0, "put", NULL);
    hostile_mark();
    (void)put_pair(stage, &pair, 2, MODE_DIRECT);
    return put_pair(stage, &pair, 2, MODE_DIRECT);
}

/* Contents that say an event are refused one by one; together they are known, each with
 * an offer of its own: more of them than an answer has room for statuses. */
static const char *contents_with_events(struct stage *stage)
{
    struct span letters[ANSWERED_MAX + 1];
    struct pair pair;

    for (size_t i = 0; i < COUNT_OF(letters); i++) {
        make_pair(stage, &pair);
        network_must(strcmp(put_pair(stage, &pair, 2, MODE_DIRECT), "") == 0, "put",
                NULL);
        pair.forged.content.msg_id.b[15] ^= 1;
        pair.forged.content.event = OFFER_EVENT_ACCEPT;
        letters[i] = pair.letters[0] = forge_content(stage->evil, &pair.forged);
        network_must(strcmp(put_pair(stage, &pair, 1, MODE_DIRECT), "E_TRANSITION") ==
                             0,
                "a refusal", NULL);
    }
    hostile_mark();
    (void)evil_put(stage->evil, NULL, 0, letters, COUNT_OF(letters), MODE_DIRECT);
    return evil_code(stage->evil);
}

/* ------------------------------------------------------------ bytes */

static const char *rubbish(struct stage *stage)
{
    uint8_t bytes[600];

    for (int i = 0; i < 10; i++) {
        size_t len = sim_below(sizeof bytes);
        hash_random(bytes, sizeof bytes);
        evil_say_bytes(stage->evil, (struct span){bytes, len});
    }
    return hostile_silence(stage);
}

static const char *much_rubbish(struct stage *stage)
{
    (void)rubbish(stage);
    return rubbish(stage);
}

static const char *half_a_frame(struct stage *stage)
{
    struct pair pair;

    make_pair(stage, &pair);
    const struct put put = {.submission_id = pair.forged.preview.offer_id,
            .letters = pair.letters,
            .n_letters = 2,
            .mode = MODE_DIRECT};
    struct span frame =
            evil_pack(stage->evil, &WIRE_FRAME, &(struct frame){.v = 1, .put = &put});
    evil_say_bytes(stage->evil, (struct span){frame.at, frame.len / 2});
    return hostile_silence(stage);
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"a preview alone",                "makes an offer without its content",                    "E_FIELD",             ANY_HARM, preview_alone, NULL, NULL},
    {"a content alone",                "lodges a content for an offer that is not there",       "E_NOT_FOUND",         ANY_HARM, content_alone, NULL, NULL},
    {"two previews",                   "puts two previews as one submission",                   "E_FIELD",             ANY_HARM, two_previews, NULL, NULL},
    {"three letters",                  "puts three letters as one submission",                  "E_FIELD",             ANY_HARM, three_letters, NULL, NULL},
    {"no letter",                      "puts a capsule for no letter at all",                   "E_FIELD",             ANY_HARM, nothing_at_all, NULL, NULL},
    {"a race",                         "asks for what is most delicate to go to the first of many", "E_SECRECY",          ANY_HARM, to_the_first, NULL, NULL},
    {"a race, unsaid",                 "seals what is most delicate for one of many later on",  "E_SECRECY",           ANY_HARM, to_the_first_later, NULL, NULL},
    {"no order",                       "does not say in which order to ask",                    "E_FIELD",             ANY_HARM, to_no_order, NULL, NULL},
    {"sealed for another letter",      "puts the sealed part of one letter into another",       "E_AUTH",              ANY_HARM, sealed_of_another, NULL, NULL},
    {"a bit of what is sealed",        "changes the last bit of what is sealed",                "E_AUTH",              ANY_HARM, sealed_bit, NULL, NULL},
    {"a letter signed by another",     "puts letters of its own that another member signed",    "E_AUTH",              ANY_HARM, letter_by_another, NULL, NULL},
    {"a letter of another member",     "puts letters that another member really signed",        "E_AUTH",              ANY_HARM, letter_of_another, NULL, NULL},
    {"and its writer puts it",         "puts letters of another, who then puts them too",       "",                    ANY_HARM & ~(TAKEN | MAILED | MOVED | ALLOWED | SHOWN), letter_given_back, NULL, NULL},
    {"a number that was used",         "says other words under the id of a letter",             "E_ID_REUSE",          ANY_HARM, used_number, NULL, NULL},
    {"the same letter again",          "puts the same submission three times",                  "",                    ANY_HARM & ~MAILED, same_again, NULL, NULL},
    {"contents that say an event",     "puts more of them than an answer has statuses for",     "E_FIELD",             ANY_HARM, contents_with_events, NULL, NULL},
    {"rubbish",                        "sends ten frames of random bytes",                      SILENCE,               ANY_HARM, rubbish, NULL, NULL},
    {"much rubbish",                   "sends more of them than a slip explains",               CUT_OFF,               ANY_HARM, much_rubbish, NULL, NULL},
    {"half a frame",                   "stops in the middle of a put",                          SILENCE,               ANY_HARM, half_a_frame, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("submissions", false, ROWS, COUNT_OF(ROWS));
}
