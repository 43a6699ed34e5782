/* sealed.h - letters as a node would send them, sealed and signed beforehand, each a
 * frame that only has to be sent. */
#ifndef SEALED_H
#define SEALED_H

#include "core/keys.h"
#include "tests/bench/stage.h"

enum { SEALED_A_SIGNATURE = 16 };

struct sealed_letters {
    uint8_t *bytes;
    struct span *frames;
    size_t n;
};

/* n letters of the pair to the reader's key, over its offers in turn; the last four
 * bytes of msg_id and of submission_id are the letter's number. seal_once: all hold the
 * same sealed bytes, for those that nobody will open. */
void sealed_make(const struct stage *stage, const struct stage_pair *pair,
        const struct sign_key *key, const struct epoch_key *reader_key, size_t n,
        bool seal_once, struct sealed_letters *letters);
void sealed_free(struct sealed_letters *letters);

/* The number in such an id. */
uint32_t sealed_number(const struct id *id);

/* The core that such a letter has. */
struct letter_core sealed_core(const struct stage_pair *pair,
        const struct stage_offer *offer, const struct epoch_key *reader_key,
        int64_t now_ms, uint32_t number);

/* Bytes of a frame with one letter. */
size_t sealed_frame_bytes(const struct stage *stage);

#endif
