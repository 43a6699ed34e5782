/* listed.c - a list of candidates by our own codecs. */
#include "tests/listed.h"

#include <stdio.h>

#include "core/vocab.h"
#include "core/wire.h"
#include "tests/network.h"
#include "tests/peek.h"

void listed_make(struct evil *evil, enum mode mode, const char *const *names, size_t n,
        struct listed *list)
{
    *list = (struct listed){.evil = evil, .mode = mode, .n = n};
    for (size_t i = 0; i < n; i++) {
        struct forged *one = &list->each[i], *first = &list->each[0];
        list->recipients[i] = names[i];
        forge_referral(evil, names[i], one);
        one->preview.referral_id = one->content.referral_id =
                first->preview.referral_id;
        one->preview.consent_id = one->content.consent_id = first->capsule.consent_id;
    }
    list->each[0].capsule.recipients = list->recipients;
    list->each[0].capsule.n_recipients = n;
}

void listed_seal(struct listed *list)
{
    forge_sign(list->evil, &list->each[0]);
    list->capsule = list->each[0].signed_capsule;
    for (size_t i = 0; i < list->n; i++) {
        list->letters[i] = forge_preview(list->evil, &list->each[i]);
        list->letters[list->n + i] = forge_content(list->evil, &list->each[i]);
    }
}

const char *listed_put(struct listed *list)
{
    listed_seal(list);
    (void)evil_put(list->evil, &list->capsule, 1, list->letters, 2 * list->n,
            list->mode);
    return evil_code(list->evil);
}

static bool read_status(struct listed *list, struct span bytes,
        struct offer_status *status)
{
    return bytes.len > 0 &&
           evil_read(&list->evil->arena, bytes, &WIRE_OFFER_STATUS, status);
}

struct offer_status listed_status(struct listed *list, size_t at)
{
    const struct answer *answer = &list->evil->answer;
    struct offer_status status = {.state = OFFER_STATE_NONE};

    for (size_t i = 0; i < answer->n_statuses; i++)
        if (read_status(list, answer->statuses[i], &status) &&
                id_equal(&status.offer_id, &list->each[at].preview.offer_id))
            return status;
    return (struct offer_status){.state = OFFER_STATE_NONE};
}

static void hex(const struct id *id, char text[2 * sizeof *id + 1])
{
    for (size_t i = 0; i < sizeof id->b; i++)
        snprintf(text + 2 * i, 3, "%02x", id->b[i]);
}

static int64_t column(const struct listed *list, size_t at, const char *name)
{
    char text[2 * sizeof(struct id) + 1];

    hex(&list->each[at].preview.offer_id, text);
    return peek_number(peek_of(NETWORK_BROKER),
            "SELECT %s FROM offer WHERE offer_id = x'%s'", name, text);
}

enum offer_state listed_state(const struct listed *list, size_t at)
{
    return (enum offer_state)column(list, at, "state");
}

uint64_t listed_version(const struct listed *list, size_t at)
{
    return (uint64_t)column(list, at, "version");
}

const char *listed_say(struct listed *list, size_t at, enum offer_event event)
{
    const struct event_content said = forge_said(event);
    const struct letter_core *offer = &list->each[at].preview;
    struct content content = {.event = &said};
    struct letter_core core = {.recipient = offer->recipient,
            .on_behalf_of = "",
            .area = "",
            .type = LETTER_TYPE_EVENT,
            .event = event,
            .expected_version = listed_version(list, at),
            .referral_id = offer->referral_id,
            .offer_id = offer->offer_id,
            .level = LEVEL_S0,
            .urgency = URGENCY_ROUTINE};
    struct span letter = evil_letter(list->evil, &core, &content);

    (void)evil_put(list->evil, NULL, 0, &letter, 1, MODE_DIRECT);
    return evil_code(list->evil);
}

struct offer_status listed_heard(struct listed *list, size_t at)
{
    struct offer_status status, newest = {.state = OFFER_STATE_NONE};

    for (size_t i = 0; i < list->evil->n_mails; i++)
        if (read_status(list, list->evil->mails[i].status, &status) &&
                id_equal(&status.offer_id, &list->each[at].preview.offer_id) &&
                status.event != OFFER_EVENT_OVERDUE && status.version >= newest.version)
            newest = status;
    return newest;
}
