/* story.c - frames of the bus, decoded and told. */
#include "tests/story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/wire.h"
#include "gen/bus.h"
#include "tests/sim.h"

enum { STORY_BYTES = 64 * 1024, IDS_MAX = 200, STORY_ARENA = 16 * 1024 * 1024 };

/* Ids in the order in which they were first heard. */
struct names {
    struct id ids[IDS_MAX];
    unsigned n;
};

static struct {
    char text[STORY_BYTES];
    size_t len;
    int64_t start_ms;
    struct arena arena;
    struct names letters, offers, consents;
} the;

static unsigned number_of(struct names *names, const struct id *id)
{
    for (unsigned i = 0; i < names->n; i++)
        if (id_equal(&names->ids[i], id))
            return i + 1;
    if (names->n == IDS_MAX)
        return 0;
    names->ids[names->n++] = *id;
    return names->n;
}

static bool known(const struct names *names, const struct id *id)
{
    for (unsigned i = 0; i < names->n; i++)
        if (id_equal(&names->ids[i], id))
            return true;
    return false;
}

static void put_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void put_text(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    int n = vsnprintf(the.text + the.len, STORY_BYTES - the.len, format, values);
    va_end(values);
    the.len += (size_t)n;
    if (the.len >= STORY_BYTES)
        the.len = STORY_BYTES - 1;
}

static void begin_line(const char *from, const char *to)
{
    put_text("[%5lld] %s > %s ", (long long)((sim_now() - the.start_ms) / 1000), from,
            to);
}

/* ------------------------------------------------------------ things with a signature
 */

static bool body_of(struct span bytes, struct span *body)
{
    struct signed_ thing;
    struct err err;

    if (!wire_get(&WIRE_SIGNED, bytes, &the.arena, &thing, &err))
        return false;
    *body = thing.body;
    return true;
}

static void tell_letter(struct span bytes, bool to_whom)
{
    struct letter letter;
    struct letter_body body;
    struct letter_core core;
    struct span inner;
    struct err err;

    if (!wire_get(&WIRE_LETTER, bytes, &the.arena, &letter, &err) ||
            !body_of(letter.signed_, &inner) ||
            !wire_get(&WIRE_LETTER_BODY, inner, &the.arena, &body, &err) ||
            !wire_get(&WIRE_LETTER_CORE, body.core, &the.arena, &core, &err)) {
        put_text("a letter that nobody can read");
        return;
    }
    put_text("%02u %s", number_of(&the.letters, &core.msg_id),
            core.type == LETTER_TYPE_EVENT ? offer_event_name(core.event)
                                           : letter_type_name(core.type));
    if (to_whom)
        put_text(" for %s",
                core.on_behalf_of[0] != '\0' ? core.on_behalf_of : core.recipient);
}

static void tell_receipt(struct span bytes)
{
    struct receipt receipt;
    struct span body;
    struct err err;

    if (!body_of(bytes, &body) ||
            !wire_get(&WIRE_RECEIPT, body, &the.arena, &receipt, &err)) {
        put_text("a receipt that nobody can read");
        return;
    }
    put_text("%02u %s%s%s", number_of(&the.letters, &receipt.msg_id),
            receipt_state_name(receipt.state), receipt.code[0] != '\0' ? " " : "",
            receipt.code);
}

static void tell_status(struct span bytes, bool alone)
{
    struct offer_status status;
    struct span body;
    struct err err;

    if (!body_of(bytes, &body) ||
            !wire_get(&WIRE_OFFER_STATUS, body, &the.arena, &status, &err)) {
        put_text("a status that nobody can read");
        return;
    }
    put_text("offer %u is %s (%llu)", number_of(&the.offers, &status.offer_id),
            offer_state_name(status.state), (unsigned long long)status.version);
    bool nobody = strcmp(status.code, "E_COORDINATOR") == 0;
    if (alone)
        put_text(": %s",
                nobody ? "nobody coordinates" : offer_event_name(status.event));
}

static void tell_withdrawal(struct span bytes)
{
    struct withdrawal withdrawal;
    struct span body;
    struct err err;

    if (!body_of(bytes, &body) ||
            !wire_get(&WIRE_WITHDRAWAL, body, &the.arena, &withdrawal, &err)) {
        put_text("a withdrawal that nobody can read");
        return;
    }
    put_text("consent %u is withdrawn by %s",
            number_of(&the.consents, &withdrawal.consent_id), withdrawal.by);
}

/* ------------------------------------------------------------ frames */

static void tell_put(const char *from, const char *to, const struct put *put)
{
    for (size_t i = 0; i < put->n_letters; i++) {
        begin_line(from, to);
        put_text("put ");
        tell_letter(put->letters[i], true);
        put_text("\n");
    }
}

static void tell_answer(const char *from, const char *to, const struct answer *answer)
{
    for (size_t i = 0; i < answer->n_receipts; i++) {
        begin_line(from, to);
        tell_receipt(answer->receipts[i]);
        put_text("\n");
    }
    for (size_t i = 0; i < answer->n_statuses; i++) {
        begin_line(from, to);
        tell_status(answer->statuses[i], false);
        put_text("\n");
    }
    if (known(&the.consents, &answer->id)) {
        begin_line(from, to);
        put_text("consent %u: %zu handed over\n", number_of(&the.consents, &answer->id),
                answer->n_handed_over);
    } else if (answer->code[0] != '\0' && answer->n_receipts == 0) {
        begin_line(from, to);
        put_text("no: %s\n", answer->code);
    }
}

static void tell_mail(const char *from, const char *to, const struct mail *mail)
{
    begin_line(from, to);
    put_text("mail ");
    if (mail->letter.len > 0)
        tell_letter(mail->letter, false);
    else if (mail->receipt.len > 0)
        tell_receipt(mail->receipt);
    else if (mail->withdrawal.len > 0)
        tell_withdrawal(mail->withdrawal);
    else if (!id_is_none(&mail->reseal))
        put_text("seal %02u again", number_of(&the.letters, &mail->reseal));
    if (mail->status.len > 0) {
        if (mail->letter.len > 0)
            put_text(", ");
        tell_status(mail->status, mail->letter.len == 0);
    }
    put_text("\n");
}

static void tell_frame(const char *from, const char *to, const struct frame *frame)
{
    if (frame->hello != NULL) {
        begin_line(from, to);
        put_text("hello\n");
    }
    if (frame->put != NULL)
        tell_put(from, to, frame->put);
    if (frame->answer != NULL)
        tell_answer(from, to, frame->answer);
    if (frame->withdraw != NULL) {
        begin_line(from, to);
        tell_withdrawal(frame->withdraw->withdrawal);
        put_text("\n");
    }
    for (size_t i = 0; frame->deliver != NULL && i < frame->deliver->n_mail; i++)
        tell_mail(from, to, &frame->deliver->mail[i]);
    for (size_t i = 0; frame->ack != NULL && i < frame->ack->n_receipts; i++) {
        begin_line(from, to);
        tell_receipt(frame->ack->receipts[i]);
        put_text("\n");
    }
}

static void on_frame(void *self, const char *from, const char *to, struct span bytes)
{
    struct frame frame;
    struct err err;

    (void)self;
    /* What adapters say at the local socket is not on the wire. */
    if (strcmp(from, "adapter") == 0 || strcmp(to, "adapter") == 0)
        return;
    arena_reset(&the.arena, 0);
    if (wire_get(&WIRE_FRAME, bytes, &the.arena, &frame, &err))
        tell_frame(from, to, &frame);
}

void story_begin(void)
{
    static const struct sim_watch watch = {.on_frame = on_frame};

    if (the.arena.at == NULL)
        the.arena = arena_new(STORY_ARENA);
    the.len = 0;
    the.text[0] = '\0';
    the.letters.n = the.offers.n = the.consents.n = 0;
    sim_run_until((sim_now() / 1000 + 1) * 1000);
    the.start_ms = sim_now();
    sim_watch(&watch);
}

void story_say(const char *format, ...)
{
    char line[256];
    va_list values;

    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    put_text("-- %s\n", line);
}

const char *story_text(void)
{
    return the.text;
}

bool story_until(const char *words, int64_t for_ms)
{
    int64_t until_ms = sim_now() + for_ms;

    while (strstr(the.text, words) == NULL)
        if (!sim_step(until_ms))
            return false;
    return true;
}

void story_check(const char *expected)
{
    const char *told = the.text, *wanted = expected;
    unsigned line = 1;

    while (*told != '\0' && *told == *wanted) {
        line += *told == '\n';
        told++;
        wanted++;
    }
    if (*told == *wanted)
        return;
    /* Not by print_error, which cuts long texts. */
    fprintf(stderr, "the story differs from line %u on; it went:\n%s", line, the.text);
    fail();
}
