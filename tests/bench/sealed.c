/* sealed.c - making letters ahead of time, sixteen to a signature. */
#include "tests/bench/sealed.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/ids.h"
#include "core/seal.h"
#include "core/signed.h"
#include "core/vocab.h"
#include "core/wire.h"
#include "nodes/epochs.h"

enum {
    FRAME_BYTES_MAX = 8 * 1024,
    SCRATCH_BYTES = SEALED_A_SIGNATURE * 2 * FRAME_BYTES_MAX,
};

/* Where letters are made. */
struct maker {
    const struct stage *stage;
    const struct stage_pair *pair;
    const struct epoch_key *reader_key;
    struct signer *signer;
    struct arena scratch;
    bool seal_once;
    uint8_t sealed[SEALED_A_SIGNATURE][FRAME_BYTES_MAX];
    size_t sealed_len;
};

uint32_t sealed_number(const struct id *id)
{
    return (uint32_t)id->b[12] << 24 | (uint32_t)id->b[13] << 16 |
           (uint32_t)id->b[14] << 8 | id->b[15];
}

static void put_number(uint8_t at[4], uint32_t number)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (uint8_t)(number >> (24 - 8 * i));
}

struct letter_core sealed_core(const struct stage_pair *pair,
        const struct stage_offer *offer, const struct epoch_key *reader_key,
        int64_t now_ms, uint32_t number)
{
    static const uint16_t CATEGORIES[] = {DATA_CATEGORY_NEEDS};
    uint8_t random[10];

    hash_random(random, sizeof random);
    put_number(random + 6, number);
    return (struct letter_core){
            .v = 1,
            .msg_id = ids_v7(now_ms, random),
            .class_ = LETTER_CLASS_PERSONAL,
            .type = LETTER_TYPE_TEXT,
            .sender = pair->sender,
            .recipient = pair->reader,
            .on_behalf_of = "",
            .created_ms = (uint64_t)now_ms,
            .expires_ms =
                    reader_key->until_ms + (uint64_t)EPOCHS_LETTER_DAYS * TIME_DAY_MS,
            .recipient_ekid = reader_key->ekid,
            .referral_id = offer->referral_id,
            .offer_id = offer->offer_id,
            .consent_id = offer->consent_id,
            .purpose = STAGE_PURPOSE,
            .data_categories = CATEGORIES,
            .n_data_categories = COUNT_OF(CATEGORIES),
            .level = consent_level_of(UINT64_C(1) << DATA_CATEGORY_NEEDS),
            .urgency = STAGE_URGENCY,
            .area = STAGE_AREA,
    };
}

/* Seal one letter; its body is added to the signer. */
static void seal_one(struct maker *maker, size_t slot, uint32_t number)
{
    const struct stage_offer *offer = &maker->pair->offers[number % STAGE_OFFERS];
    struct letter_core core =
            sealed_core(maker->pair, offer, maker->reader_key, fleet_now_ms(), number);
    const struct text text = {.text = maker->stage->text, .language = "en"};
    const struct content content = {.v = 1,
            .msg_id = core.msg_id,
            .sender = core.sender,
            .text = &text};
    struct err err = {.code = CODE_OK};
    struct span packed, packed_body;
    struct letter_body body;
    uint32_t ticket;

    bool ok = wire_put_arena(&WIRE_CONTENT, &content, &maker->scratch, &packed, &err);
    core.size_class = ok ? seal_size_class(packed.len) : 0;
    ok = ok &&
         wire_put_arena(&WIRE_LETTER_CORE, &core, &maker->scratch, &body.core, &err);
    if (ok && !(maker->seal_once && maker->sealed_len > 0))
        ok = seal_letter(&maker->reader_key->key, body.core, packed,
                maker->sealed[slot], &maker->sealed_len, &err);
    else if (ok)
        memmove(maker->sealed[slot], maker->sealed[0], maker->sealed_len);
    body.sealed_sha256 =
            hash_sha256_one((struct span){maker->sealed[slot], maker->sealed_len});
    ok = ok &&
         wire_put_arena(&WIRE_LETTER_BODY, &body, &maker->scratch, &packed_body,
                 &err) &&
         signer_add(maker->signer, KIND_LETTER, packed_body, &ticket, &err);
    network_must(ok, "seal a letter", &err);
}

static struct span frame_of(struct maker *maker, size_t slot, uint32_t number)
{
    struct letter letter = {
            .sealed = {maker->sealed[slot], maker->sealed_len}
    };
    struct put put = {.n_letters = 1};
    const struct frame frame = {.v = 1, .put = &put};
    struct err err = {.code = CODE_OK};
    struct span packed = {NULL, 0}, bytes = {NULL, 0};

    hash_random(&put.submission_id, sizeof put.submission_id);
    put_number(put.submission_id.b + 12, number);
    bool ok = signer_take(maker->signer, (uint32_t)slot, &maker->scratch,
                      &letter.signed_, &err) &&
              wire_put_arena(&WIRE_LETTER, &letter, &maker->scratch, &packed, &err);
    put.letters = &packed;
    ok = ok && wire_put_arena(&WIRE_FRAME, &frame, &maker->scratch, &bytes, &err) &&
         bytes.len <= FRAME_BYTES_MAX;
    network_must(ok, "sign a letter", &err);
    return bytes;
}

/* One signature's worth of letters, appended. */
static void make_batch(struct maker *maker, size_t n, struct sealed_letters *letters,
        size_t *used)
{
    struct err err = {.code = CODE_OK};

    arena_reset(&maker->scratch, 0);
    for (size_t i = 0; i < n; i++)
        seal_one(maker, i, (uint32_t)(letters->n + i));
    network_must(signer_sign(maker->signer, &err), "sign", &err);
    for (size_t i = 0; i < n; i++, letters->n++) {
        struct span frame = frame_of(maker, i, (uint32_t)letters->n);
        memcpy(letters->bytes + *used, frame.at, frame.len);
        letters->frames[letters->n] = (struct span){letters->bytes + *used, frame.len};
        *used += frame.len;
    }
    signer_clear(maker->signer);
}

void sealed_make(const struct stage *stage, const struct stage_pair *pair,
        const struct sign_key *key, const struct epoch_key *reader_key, size_t n,
        bool seal_once, struct sealed_letters *letters)
{
    struct err err = {.code = CODE_OK};
    struct maker *maker = calloc(1, sizeof *maker);
    size_t used = 0;

    network_must(maker != NULL, "memory", NULL);
    maker->stage = stage;
    maker->pair = pair;
    maker->reader_key = reader_key;
    maker->seal_once = seal_once;
    maker->scratch = arena_new(SCRATCH_BYTES);
    maker->signer = signer_new(pair->sender, key, &err);
    *letters = (struct sealed_letters){
            .bytes = malloc(n * FRAME_BYTES_MAX),
            .frames = calloc(n, sizeof *letters->frames),
    };
    network_must(maker->scratch.at != NULL && maker->signer != NULL &&
                         letters->bytes != NULL && letters->frames != NULL,
            "memory for letters", &err);
    while (letters->n < n) {
        size_t left = n - letters->n;
        make_batch(maker, left < SEALED_A_SIGNATURE ? left : SEALED_A_SIGNATURE,
                letters, &used);
    }
    signer_free(maker->signer);
    arena_free(&maker->scratch);
    free(maker);
}

void sealed_free(struct sealed_letters *letters)
{
    free(letters->bytes);
    free(letters->frames);
}

size_t sealed_frame_bytes(const struct stage *stage)
{
    struct err err = {.code = CODE_OK};
    struct sign_key *key = sign_key_new(&err);
    struct box_key *reader = box_key_new(&err);
    struct sealed_letters letters;

    network_must(key != NULL && reader != NULL, "keys", &err);
    const struct epoch_key epoch = {.ekid = {{1}},
            .key = *box_key_public(reader),
            .until_ms = (uint64_t)fleet_now_ms()};
    sealed_make(stage, &stage->whole, key, &epoch, SEALED_A_SIGNATURE, false, &letters);
    size_t len = letters.frames[0].len;
    sealed_free(&letters);
    sign_key_free(key);
    box_key_free(reader);
    return len;
}
