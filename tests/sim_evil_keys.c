/* sim_evil_keys.c - a member that shows signatures, keys, names and versions that are
 * not its own: at every place of the broker where something signed comes in. */
#include "core/hash.h"
#include "core/keys.h"
#include "core/time.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "tests/hostile.h"

enum { BATCH = 5, INDEX = 2, HASH = 32 };

/* ------------------------------------------------------------ every place */

/* The body is signed with others, and then twisted as the row says. */
static struct span twisted(struct stage *stage, enum kind kind, struct span body)
{
    struct span bytes = evil_sign_among(stage->evil, kind, body, INDEX, BATCH);
    struct signed_ thing;
    struct err err = {.code = CODE_OK};

    network_must(wire_get(&WIRE_SIGNED, bytes, &stage->evil->arena, &thing, &err),
            "read what was signed", &err);
    stage->row->twist(stage, &thing);
    return evil_pack(stage->evil, &WIRE_SIGNED, &thing);
}

static const char *as_letter(struct stage *stage)
{
    struct evil *evil = stage->evil;
    struct forged forged;
    struct letter letter;
    struct signed_ thing;
    struct err err = {.code = CODE_OK};

    forge_referral(evil, HOME, &forged);
    forge_sign(evil, &forged);
    struct span letters[] = {forge_preview(evil, &forged),
            forge_content(evil, &forged)};
    network_must(wire_get(&WIRE_LETTER, letters[0], &evil->arena, &letter, &err) &&
                         wire_get(&WIRE_SIGNED, letter.signed_, &evil->arena, &thing,
                                 &err),
            "read a letter", &err);
    letter.signed_ = twisted(stage, KIND_LETTER, thing.body);
    letters[0] = evil_pack(evil, &WIRE_LETTER, &letter);
    (void)evil_put(evil, &forged.signed_capsule, 1, letters, COUNT_OF(letters),
            MODE_DIRECT);
    return evil_code(evil);
}

static const char *as_capsule(struct stage *stage)
{
    struct evil *evil = stage->evil;
    struct forged forged;

    forge_referral(evil, HOME, &forged);
    struct span capsule = twisted(stage, KIND_CONSENT,
            evil_pack(evil, &WIRE_CONSENT, &forged.capsule));
    const struct span letters[] = {forge_preview(evil, &forged),
            forge_content(evil, &forged)};
    (void)evil_put(evil, &capsule, 1, letters, COUNT_OF(letters), MODE_DIRECT);
    return evil_code(evil);
}

static struct withdrawal withdrawal_of(const struct evil *evil)
{
    struct withdrawal body = {.v = 1,
            .at_ms = (uint64_t)sim_now(),
            .by = evil->name,
            .reason = WITHDRAWAL_REASON_PERSON_ASKED};

    hash_random(&body.consent_id, sizeof body.consent_id);
    return body;
}

static const char *as_withdrawal(struct stage *stage)
{
    const struct withdrawal body = withdrawal_of(stage->evil);

    return evil_withdraw(stage->evil,
            twisted(stage, KIND_WITHDRAWAL,
                    evil_pack(stage->evil, &WIRE_WITHDRAWAL, &body)));
}

static struct span mandate_of(struct evil *evil)
{
    static const struct mandate mandate = {.text = "to know everything"};
    const struct statement body = {.v = 1,
            .author = evil->name,
            .kind = STATEMENT_KIND_MANDATE,
            .subject = "all",
            .version = (uint64_t)sim_now(),
            .issued_ms = (uint64_t)sim_now(),
            .until_ms = (uint64_t)(sim_now() + TIME_DAY_MS),
            .mandate = &mandate};

    return evil_pack(evil, &WIRE_STATEMENT, &body);
}

static const char *as_statement(struct stage *stage)
{
    struct span thing = twisted(stage, KIND_STATEMENT, mandate_of(stage->evil));

    return evil_publish(stage->evil, &thing, 1);
}

/* The same twist at each place: the first answer that is another one is told. */
static const char *everywhere(struct stage *stage)
{
    static const char *(*const places[])(
            struct stage *) = {as_letter, as_capsule, as_withdrawal, as_statement};

    for (size_t i = 0; i < COUNT_OF(places); i++) {
        const char *answer = places[i](stage);
        if (strcmp(answer, stage->row->answer) != 0)
            return answer;
    }
    return stage->row->answer;
}

/* ------------------------------------------------------------ twists */

static uint8_t *path_copy(struct stage *stage, const struct signed_ *thing, size_t more)
{
    uint8_t *path = arena_take(&stage->evil->arena, thing->path.len + more);

    network_must(path != NULL && thing->path.len > HASH, "a path", NULL);
    memset(path, 0x5a, thing->path.len + more);
    memcpy(path, thing->path.at, thing->path.len);
    return path;
}

static void path_bit(struct stage *stage, struct signed_ *thing)
{
    uint8_t *path = path_copy(stage, thing, 0);

    path[HASH] ^= 1;
    thing->path.at = path;
}

static void path_short(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->path.len -= HASH;
}

static void path_long(struct stage *stage, struct signed_ *thing)
{
    thing->path = (struct span){path_copy(stage, thing, HASH), thing->path.len + HASH};
}

static void path_odd(struct stage *stage, struct signed_ *thing)
{
    thing->path = (struct span){path_copy(stage, thing, 1), thing->path.len + 1};
}

static void path_none(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->path.len = 0;
}

static void index_beside(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->index++;
}

static void index_past(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->index = thing->size;
}

static void size_less(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->size--;
}

static void size_none(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->size = 0;
}

static void size_huge(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->size = UINT32_MAX;
}

static void sig_bit(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->sig.b[40] ^= 4;
}

static void body_bit(struct stage *stage, struct signed_ *thing)
{
    /* In an id or a name, so that the body can be read all the same. */
    thing->body =
            evil_patch(stage->evil, thing->body, 6, (uint8_t)(thing->body.at[6] ^ 1));
}

static void key_of_another(struct stage *stage, struct signed_ *thing)
{
    const struct member *other = directory_member(stage->evil->directory, HOME);

    thing->key_id = keys_id(&other->identity_key);
}

static void name_of_another(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->signer = HOME;
}

static void name_and_key_of_another(struct stage *stage, struct signed_ *thing)
{
    name_of_another(stage, thing);
    key_of_another(stage, thing);
}

static void name_of_nobody(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->signer = "nobody";
}

static void name_of_steward(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->signer = DIRECTORY_STEWARD;
}

static void name_of_broker(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->signer = NETWORK_BROKER;
}

static void name_of_antenna(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->signer = ANTENNA;
}

static void kind_another(struct stage *stage, struct signed_ *thing)
{
    (void)stage;
    thing->kind = thing->kind == KIND_STATEMENT ? KIND_CONSENT : KIND_STATEMENT;
}

/* Signed with the keys of another member, in this one's name. */
static void lent_key(struct stage *stage, struct signed_ *thing)
{
    struct evil *other = hostile_other(stage);
    struct span bytes = evil_sign_as(other, EVIL, thing->kind, thing->body);
    struct err err = {.code = CODE_OK};

    network_must(wire_get(&WIRE_SIGNED, bytes, &other->arena, thing, &err), "read",
            &err);
}

/* ------------------------------------------------------------ hello */

static const char *say_hello(struct stage *stage, const struct hello_body *body)
{
    evil_say_hello(stage->evil,
            evil_sign(stage->evil, KIND_HELLO, &WIRE_HELLO_BODY, body));
    return hostile_silence(stage);
}

static const char *hello_as_another(struct stage *stage)
{
    struct hello_body body = evil_hello(stage->evil);

    body.partner = HOME;
    return say_hello(stage, &body);
}

static const char *hello_of_another(struct stage *stage)
{
    struct evil *other = hostile_other(stage);
    const struct hello_body body = evil_hello(other);

    hostile_mark();
    evil_say_hello(stage->evil, evil_sign(other, KIND_HELLO, &WIRE_HELLO_BODY, &body));
    return hostile_silence(stage);
}

/* In its own name, by the key of another. */
static const char *hello_lent(struct stage *stage)
{
    struct evil *other = hostile_other(stage);
    const struct hello_body body = evil_hello(stage->evil);

    hostile_mark();
    evil_say_hello(stage->evil, evil_sign(other, KIND_HELLO, &WIRE_HELLO_BODY, &body));
    return hostile_silence(stage);
}

static const char *hello_twisted(struct stage *stage)
{
    const struct hello_body body = evil_hello(stage->evil);
    struct span packed = evil_pack(stage->evil, &WIRE_HELLO_BODY, &body);

    evil_say_hello(stage->evil, twisted(stage, KIND_HELLO, packed));
    return hostile_silence(stage);
}

static const char *hello_ahead(struct stage *stage)
{
    struct hello_body body = evil_hello(stage->evil);

    body.clock_ms += 6 * TIME_MINUTE_MS;
    return say_hello(stage, &body);
}

static const char *hello_behind(struct stage *stage)
{
    struct hello_body body = evil_hello(stage->evil);

    body.clock_ms -= 6 * TIME_MINUTE_MS;
    return say_hello(stage, &body);
}

static const char *hello_version(struct stage *stage)
{
    const struct hello_body body = evil_hello(stage->evil);
    struct span packed = evil_pack(stage->evil, &WIRE_HELLO_BODY, &body);

    evil_say_hello(stage->evil, evil_sign_bytes(stage->evil, KIND_HELLO,
                                        evil_version(stage->evil, packed)));
    return hostile_silence(stage);
}

/* ------------------------------------------------------------ versions */

static const char *version_of_frame(struct stage *stage)
{
    static const struct ping ping = {.answer = false};
    struct span packed =
            evil_pack(stage->evil, &WIRE_FRAME, &(struct frame){.v = 1, .ping = &ping});

    evil_say_bytes(stage->evil, evil_version(stage->evil, packed));
    return hostile_silence(stage);
}

static const char *version_of_letter(struct stage *stage)
{
    struct evil *evil = stage->evil;
    struct forged forged;
    struct span plain;

    forge_referral(evil, HOME, &forged);
    forge_sign(evil, &forged);
    struct content content = {.preview = &forged.shown};
    struct span core =
            evil_version(evil, evil_core(evil, &forged.preview, &content, &plain));
    const struct span letters[] = {evil_letter_of(evil, HOME, core, plain),
            forge_content(evil, &forged)};
    (void)evil_put(evil, &forged.signed_capsule, 1, letters, COUNT_OF(letters),
            MODE_DIRECT);
    return evil_code(evil);
}

static const char *version_of_capsule(struct stage *stage)
{
    struct evil *evil = stage->evil;
    struct forged forged;

    forge_referral(evil, HOME, &forged);
    struct span body = evil_pack(evil, &WIRE_CONSENT, &forged.capsule);
    struct span capsule = evil_sign_bytes(evil, KIND_CONSENT, evil_version(evil, body));
    const struct span letters[] = {forge_preview(evil, &forged),
            forge_content(evil, &forged)};
    (void)evil_put(evil, &capsule, 1, letters, COUNT_OF(letters), MODE_DIRECT);
    return evil_code(evil);
}

/* Of what cannot be read there is no id to answer under. */
static const char *version_of_withdrawal(struct stage *stage)
{
    struct evil *evil = stage->evil;
    const struct withdrawal body = withdrawal_of(evil);
    struct span packed = evil_pack(evil, &WIRE_WITHDRAWAL, &body);
    const struct withdraw withdraw = {
            evil_sign_bytes(evil, KIND_WITHDRAWAL, evil_version(evil, packed))};

    evil_say(evil, &(struct frame){.v = 1, .withdraw = &withdraw});
    return hostile_silence(stage);
}

static const char *version_of_statement(struct stage *stage)
{
    struct evil *evil = stage->evil;
    struct span thing =
            evil_sign_bytes(evil, KIND_STATEMENT, evil_version(evil, mandate_of(evil)));

    return evil_publish(evil, &thing, 1);
}

/* ------------------------------------------------------------ the table */

/* clang-format off */
static const struct hostile ROWS[] = {
    {"a bit of the path",        "changes one bit on the way from leaf to root",       "E_AUTH", ANY_HARM, everywhere, NULL, path_bit},
    {"a path too short",         "leaves the last hash of the path out",               "E_AUTH", ANY_HARM, everywhere, NULL, path_short},
    {"a path too long",          "adds a hash to the path",                            "E_AUTH", ANY_HARM, everywhere, NULL, path_long},
    {"a path cut in a hash",     "shows a path of no whole number of hashes",          "E_AUTH", ANY_HARM, everywhere, NULL, path_odd},
    {"no path",                  "shows a leaf of a tree as if it were the root",      "E_AUTH", ANY_HARM, everywhere, NULL, path_none},
    {"the place beside it",      "says that it is the next leaf of the tree",          "E_AUTH", ANY_HARM, everywhere, NULL, index_beside},
    {"a place past the end",     "says that it is a leaf that the tree has not",       "E_AUTH", ANY_HARM, everywhere, NULL, index_past},
    {"a smaller tree",           "says that the tree had one leaf less",               "E_AUTH", ANY_HARM, everywhere, NULL, size_less},
    {"a tree of nothing",        "says that the tree had no leaf",                     "E_AUTH", ANY_HARM, everywhere, NULL, size_none},
    {"a huge tree",              "says that the tree had four milliards of leaves",    "E_AUTH", ANY_HARM, everywhere, NULL, size_huge},
    {"a bit of the signature",   "changes one bit of the signature",                   "E_AUTH", ANY_HARM, everywhere, NULL, sig_bit},
    {"a bit of the body",        "changes one bit of what was signed",                 "E_AUTH", ANY_HARM, everywhere, NULL, body_bit},
    {"another's key id",         "names the key of another member",                    "E_AUTH", ANY_HARM, everywhere, NULL, key_of_another},
    {"another's name",           "signs in the name of another member",                "E_AUTH", ANY_HARM, everywhere, NULL, name_of_another},
    {"another's name and key",   "signs in another's name and names that one's key",   "E_AUTH", ANY_HARM, everywhere, NULL, name_and_key_of_another},
    {"an unknown name",          "signs in the name of somebody who is no member",     "E_AUTH", ANY_HARM, everywhere, NULL, name_of_nobody},
    {"the steward's name",       "signs in the name of the steward",                   "E_AUTH", ANY_HARM, everywhere, NULL, name_of_steward},
    {"the broker's name",        "signs in the name of the broker",                    "E_AUTH", ANY_HARM, everywhere, NULL, name_of_broker},
    {"its antenna's name",       "signs in the name of the antenna that it supports",  "E_AUTH", ANY_HARM, everywhere, NULL, name_of_antenna},
    {"another kind",             "shows what was signed as one kind as another",       "E_AUTH", ANY_HARM, everywhere, NULL, kind_another},
    {"a key that was lent",      "signs with the key of another member",               "E_AUTH", ANY_HARM, everywhere, NULL, lent_key},
    {"a hello as another",       "says hello again, and that it is another member",    CUT_OFF,  ANY_HARM, hello_as_another, NULL, NULL},
    {"a hello of another",       "shows the hello that another member signed",         CUT_OFF,  ANY_HARM, hello_of_another, NULL, NULL},
    {"a hello that was lent",    "says hello in its own name, signed by another",      CUT_OFF,  ANY_HARM, hello_lent, NULL, NULL},
    {"a hello with a bad path",  "changes one bit of the path of its hello",           CUT_OFF,  ANY_HARM, hello_twisted, NULL, path_bit},
    {"a hello of tomorrow",      "says hello with a clock that is six minutes ahead",  CUT_OFF,  ANY_HARM, hello_ahead, NULL, NULL},
    {"a hello of yesterday",     "says hello with a clock that is six minutes behind", CUT_OFF,  ANY_HARM, hello_behind, NULL, NULL},
    {"an unknown hello",         "says hello in version 2",                            CUT_OFF,  ANY_HARM, hello_version, NULL, NULL},
    {"an unknown frame",         "sends a frame of version 2",                         SILENCE,  ANY_HARM, version_of_frame, NULL, NULL},
    {"an unknown letter",        "puts a letter of version 2",                         "E_VERSION", ANY_HARM, version_of_letter, NULL, NULL},
    {"an unknown capsule",       "puts a capsule of version 2",                        "E_VERSION", ANY_HARM, version_of_capsule, NULL, NULL},
    {"an unknown withdrawal",    "withdraws in version 2",                             SILENCE,  ANY_HARM, version_of_withdrawal, NULL, NULL},
    {"an unknown statement",     "publishes a statement of version 2",                 "E_VERSION", ANY_HARM, version_of_statement, NULL, NULL},
};
/* clang-format on */

int main(void)
{
    return hostile_run("keys, signatures, versions", false, ROWS, COUNT_OF(ROWS));
}
