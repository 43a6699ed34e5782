/* sim_evil_broker.c - a broker that hands over what it may not: to HOME, letters of a
 * member that plays along with it. */
#include "core/hash.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/handed.h"

/* ------------------------------------------------------------ one letter */

/* The content of the same offer. */
static struct mail content_of(struct stage *stage, struct handed *handed)
{
    return (struct mail){.letter = forge_content(stage->other, &handed->forged),
            .consent = handed->forged.signed_capsule};
}

static const char *as_it_should(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    return hostile_deliver(stage, &handed.mail);
}

/* ------------------------------------------------------------ parts of the mail */

static const char *without_consent(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    handed.mail.consent.len = 0;
    return hostile_deliver(stage, &handed.mail);
}

static const char *consent_of_another_letter(struct stage *stage)
{
    struct handed handed, other;

    handed_make(stage, &other);
    handed_make(stage, &handed);
    handed.mail.consent = other.mail.consent;
    return hostile_deliver(stage, &handed.mail);
}

static const char *consent_by_the_broker(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    handed.mail.consent = evil_sign_as(stage->evil, ACCOMPLICE, KIND_CONSENT,
            evil_pack(stage->evil, &WIRE_CONSENT, &handed.forged.capsule));
    return hostile_deliver(stage, &handed.mail);
}

/* The accomplice's capsule under the id of a consent that HOME has collected. */
static const char *consent_under_a_stolen_id(struct stage *stage)
{
    struct handed handed;
    struct span id = hostile_bytes_of(HOME,
            "SELECT consent_id FROM capsule WHERE own = 1 LIMIT 1");

    handed_begin(stage, &handed);
    memcpy(&handed.forged.capsule.consent_id, id.at, sizeof(struct id));
    handed.forged.preview.consent_id = handed.forged.capsule.consent_id;
    handed_seal(stage, &handed);
    return hostile_deliver(stage, &handed.mail);
}

static const char *consent_with_a_bit(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    struct span old = handed.mail.consent;
    handed.mail.consent = evil_patch(stage->evil, old, old.len - 1,
            (uint8_t)(old.at[old.len - 1] ^ 1));
    return hostile_deliver(stage, &handed.mail);
}

static const char *consent_of_another_version(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    struct span body = evil_pack(stage->other, &WIRE_CONSENT, &handed.forged.capsule);
    handed.mail.consent = evil_sign_bytes(stage->other, KIND_CONSENT,
            evil_version(stage->other, body));
    return hostile_deliver(stage, &handed.mail);
}

/* The consent of an honest referral of HOME, under a letter to HOME itself. */
static const char *letter_by_the_broker(struct stage *stage)
{
    struct handed handed;
    struct letter letter;
    struct signed_ thing;
    struct err err = {.code = CODE_OK};

    handed_make(stage, &handed);
    network_must(wire_get(&WIRE_LETTER, handed.mail.letter, &stage->evil->arena,
                         &letter, &err) &&
                         wire_get(&WIRE_SIGNED, letter.signed_, &stage->evil->arena,
                                 &thing, &err),
            "read a letter", &err);
    letter.signed_ = evil_sign_as(stage->evil, ACCOMPLICE, KIND_LETTER, thing.body);
    handed.mail.letter = evil_pack(stage->evil, &WIRE_LETTER, &letter);
    return hostile_deliver(stage, &handed.mail);
}

static const char *letter_with_a_bit(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    struct span old = handed.mail.letter;
    handed.mail.letter = evil_patch(stage->evil, old, old.len - 1,
            (uint8_t)(old.at[old.len - 1] ^ 1));
    return hostile_deliver(stage, &handed.mail);
}

/* What one letter was sealed in, in the envelope of another. */
static const char *sealed_of_another(struct stage *stage)
{
    struct handed one, two;
    struct letter first, second;
    struct err err = {.code = CODE_OK};

    handed_make(stage, &one);
    handed_make(stage, &two);
    network_must(wire_get(&WIRE_LETTER, one.mail.letter, &stage->evil->arena, &first,
                         &err) &&
                         wire_get(&WIRE_LETTER, two.mail.letter, &stage->evil->arena,
                                 &second, &err),
            "read letters", &err);
    first.sealed = second.sealed;
    one.mail.letter = evil_pack(stage->evil, &WIRE_LETTER, &first);
    return hostile_deliver(stage, &one.mail);
}

/* ------------------------------------------------------------ the wrong letter */

static const char *for_another_reader(struct stage *stage)
{
    struct handed handed;

    forge_referral(hostile_other(stage), TARGET, &handed.forged);
    evil_toward(stage->evil, HOME);
    handed_seal(stage, &handed);
    return hostile_deliver(stage, &handed.mail);
}

static const char *back_to_its_sender(struct stage *stage)
{
    struct span letter =
            hostile_bytes_of(HOME, "SELECT signed FROM parcel ORDER BY sent LIMIT 1");
    struct span sealed =
            hostile_bytes_of(HOME, "SELECT sealed FROM parcel ORDER BY sent LIMIT 1");
    const struct letter body = {letter, sealed};
    struct mail mail = {.letter = evil_pack(stage->evil, &WIRE_LETTER, &body)};

    evil_toward(stage->evil, HOME);
    return hostile_deliver(stage, &mail);
}

/* The content that HOME lodged for TARGET, before TARGET has accepted. */
static struct mail lodged_by_home(struct stage *stage)
{
    struct span letter = hostile_bytes_of(HOME,
            "SELECT p.signed FROM parcel p JOIN sent s ON s.number = p.sent"
            " WHERE s.type = 2 AND s.recipient = 'aksant' LIMIT 1");
    struct span sealed = hostile_bytes_of(HOME,
            "SELECT p.sealed FROM parcel p JOIN sent s ON s.number = p.sent"
            " WHERE s.type = 2 AND s.recipient = 'aksant' LIMIT 1");
    const struct letter body = {letter, sealed};

    evil_toward(stage->evil, TARGET);
    return (struct mail){.letter = evil_pack(stage->evil, &WIRE_LETTER, &body)};
}

static const char *content_too_early(struct stage *stage)
{
    struct mail mail = lodged_by_home(stage);

    return hostile_deliver(stage, &mail);
}

static const char *content_without_preview(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    struct mail content = content_of(stage, &handed);
    return hostile_deliver(stage, &content);
}

static const char *content_beside_preview(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    struct mail both[] = {handed.mail, content_of(stage, &handed)};
    size_t before = stage->evil->n_receipts;
    evil_deliver_all(stage->evil, both, 2);
    network_must(stage->evil->n_receipts == before + 2, "two receipts", NULL);
    return stage->evil->receipts[before + 1].code;
}

/* ------------------------------------------------------------ again, and mixed up */

static const char *twice_at_once(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    struct mail both[] = {handed.mail, handed.mail};
    (void)hostile_deliver(stage, &handed.mail);
    hostile_mark();
    evil_deliver_all(stage->evil, both, 2);
    return hostile_deliver(stage, &handed.mail);
}

static const char *another_under_its_number(struct stage *stage)
{
    struct handed handed;

    handed_make(stage, &handed);
    (void)hostile_deliver(stage, &handed.mail);
    hostile_mark();
    struct mail other = {.letter = forge_preview(stage->other, &handed.forged),
            .consent = handed.forged.signed_capsule};
    return hostile_deliver(stage, &other);
}

/* A letter that is not the sender's, under the number of one that is: the real one must
 * come in all the same. */
static const char *forged_before_the_real_one(struct stage *stage)
{
    struct handed handed;
    struct letter letter;
    struct signed_ thing;
    struct err err = {.code = CODE_OK};

    handed_make(stage, &handed);
    network_must(wire_get(&WIRE_LETTER, handed.mail.letter, &stage->evil->arena,
                         &letter, &err) &&
                         wire_get(&WIRE_SIGNED, letter.signed_, &stage->evil->arena,
                                 &thing, &err),
            "read a letter", &err);
    letter.signed_ = evil_sign_as(stage->evil, ACCOMPLICE, KIND_LETTER, thing.body);
    struct mail forged = handed.mail;
    forged.letter = evil_pack(stage->evil, &WIRE_LETTER, &letter);
    (void)hostile_deliver(stage, &forged);
    return hostile_deliver(stage, &handed.mail);
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"as it should be",                "hands over a referral that is right in everything",       "",                    ANY_HARM & ~(SHOWN | MOVED | ALLOWED), as_it_should, NULL, NULL},
    {"without its consent",            "leaves the consent out of the mail",                      "E_CONSENT_NONE",      ANY_HARM, without_consent, NULL, NULL},
    {"another consent",                "hands over a letter with the consent of another one",     "E_CONSENT_NONE",      ANY_HARM, consent_of_another_letter, NULL, NULL},
    {"a consent by the broker",        "signs a consent in the name of a member",                 "E_AUTH",              ANY_HARM, consent_by_the_broker, NULL, NULL},
    {"a consent under a stolen id",    "shows a consent of a member under the id of HOME's own",   "E_CONSENT_CONFLICT",  ANY_HARM, consent_under_a_stolen_id, NULL, NULL},
    {"a bit of the consent",           "changes the last bit of a consent",                       "E_AUTH",              ANY_HARM, consent_with_a_bit, NULL, NULL},
    {"an unknown consent",             "hands over a consent of version 2",                       "E_VERSION",           ANY_HARM, consent_of_another_version, NULL, NULL},
    {"a letter by the broker",         "signs a letter in the name of a member",                  "E_AUTH",              ANY_HARM, letter_by_the_broker, NULL, NULL},
    {"a bit of the letter",            "changes the last bit of what is sealed",                  "E_FORMAT",            ANY_HARM, letter_with_a_bit, NULL, NULL},
    {"sealed for another letter",      "puts the sealed part of one letter into another",         "E_FORMAT",            ANY_HARM, sealed_of_another, NULL, NULL},
    {"the mail of another",            "hands the letter of one member to another one",           SILENCE,               ANY_HARM, for_another_reader, NULL, NULL},
    {"back to its sender",             "hands HOME its own letter",                               SILENCE,               ANY_HARM, back_to_its_sender, NULL, NULL},
    {"the content before the accept",  "hands over early what was lodged for the accept",         "E_TRANSITION",        ANY_HARM, content_too_early, NULL, NULL},
    {"a content without preview",      "hands over a content whose preview it dropped",           "E_NOT_FOUND",         ANY_HARM, content_without_preview, NULL, NULL},
    {"a content beside its preview",   "hands over preview and content at once",                  "E_TRANSITION",        ANY_HARM & ~(SHOWN | MOVED | ALLOWED), content_beside_preview, NULL, NULL},
    {"three times",                    "hands over one letter again and again",                   "",                    ANY_HARM, twice_at_once, NULL, NULL},
    {"another one under its number",   "hands over other words under the id of a letter",         "E_ID_REUSE",          ANY_HARM, another_under_its_number, NULL, NULL},
    {"a forged one before it",         "hands over a forged letter first, under the id of a real one", "",               ANY_HARM & ~(SHOWN | MOVED | ALLOWED), forged_before_the_real_one, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("a broker that hands over", true, ROWS, COUNT_OF(ROWS));
}
